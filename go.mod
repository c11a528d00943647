module rinnalla.fi/rinnalla

go 1.26.0
