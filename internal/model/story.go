package model

// storyFile is a model's story as it lies in its folder.
type storyFile struct {
	id, file string
	data     []byte
}

func (l *loader) story(storyFile) {}
