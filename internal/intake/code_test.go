package intake

import "testing"

func TestCodeReadsAsItIsShown(t *testing.T) {
	for range 200 {
		c := NewCode()
		if got, err := ParseCode(c.String()); err != nil || got != c {
			t.Fatalf("ParseCode(%q) = %q, %v, want %q", c.String(), got, err, c)
		}
	}
}

func TestCodeForgivesHandwriting(t *testing.T) {
	for _, s := range []string{"k7mq 4t9x 2bh0", "K7MQ-4T9X-2BHO", "K7MQ.4T9X.2BHo"} {
		if got, err := ParseCode(s); err != nil || got != "K7MQ4T9X2BH0" {
			t.Errorf("ParseCode(%q) = %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "K7MQ-4T9X", "K7MQ-4T9X-2BHU", "' OR 1=1 --xx", "\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd"} {
		if got, err := ParseCode(s); err == nil {
			t.Errorf("ParseCode(%q) = %q, want a fault", s, got)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("K7MQ-4T9X-2BHW")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCode(s)
		if err == nil && (len(c) != codeLength || c.String() == "") {
			t.Errorf("ParseCode(%q) = %q", s, c)
		}
	})
}
