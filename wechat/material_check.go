package wechat

import (
	"bytes"
	"time"
)

// maxVoice is how long a voice may be.
const maxVoice = 60 * time.Second

// NewMaterial is a file for the library that is checked before it is asked for.
type NewMaterial struct {
	Kind         string // "" is told from the file
	Title        string // of a video alone
	Introduction string // of a video alone
	Data         []byte
}

// Check holds the file against what WeChat takes of its kind, which it returns: the
// size, the type, a voice's length, a video's title and introduction.
func (m NewMaterial) Check() (kind string, err error) {
	if kind = m.Kind; kind == "" {
		kind = kindOf(fileType(m.Data[:min(16, len(m.Data))]))
	}
	rule, ok := permanent[kind]
	if !ok {
		return kind, wrongKind(kind, MediaImage, MediaVoice, MediaVideo, MediaThumb)
	}
	var f faults
	if _, err := (File{Body: bytes.NewReader(m.Data)}).prepare(rule); err != nil {
		f = append(f, err)
	}
	if kind == MediaVoice && len(f) == 0 {
		if length, known := voiceLength(m.Data); known && length > maxVoice {
			f.add("media", ruleTooLongVoice, int(maxVoice.Seconds()), int((length+time.Second-1)/time.Second))
		}
	}
	m.checkTitles(&f, kind)
	return kind, f.err()
}

// CheckTitles is the part of Check that needs no file: what a video must have, and
// nothing else can.
func (m NewMaterial) CheckTitles() error {
	var f faults
	m.checkTitles(&f, m.Kind)
	return f.err()
}

func (m NewMaterial) checkTitles(f *faults, kind string) {
	for _, v := range []struct{ field, value string }{{"title", m.Title}, {"introduction", m.Introduction}} {
		switch {
		case kind == MediaVideo:
			f.need(v.field, v.value)
		case kind != "" && v.value != "":
			f.add(v.field, ruleVideoOnly)
		}
	}
}

// kindOf is the kind of media that a type of file is; images are no thumbs by
// themselves. What it does not know is no image either, which the check then says.
func kindOf(fileType string) string {
	switch fileType {
	case "mp3", "wma", "wav", "amr":
		return MediaVoice
	case "mp4":
		return MediaVideo
	}
	return MediaImage
}
