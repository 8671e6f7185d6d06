package wechat

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"
)

var jpeg = []byte("\xff\xd8\xff\xe0 and so on")

func amr(seconds int) []byte {
	return append([]byte("#!AMR\n"), bytes.Repeat(append([]byte{0x3c}, make([]byte, 31)...), 50*seconds)...)
}

func wav(seconds int) []byte {
	b := []byte("RIFF....WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	b = binary.LittleEndian.AppendUint32(b, 8000)
	b = binary.LittleEndian.AppendUint32(b, 8000) // bytes a second
	b = append(b, 1, 0, 8, 0)
	b = append(b, "data\xff\xff\xff\xff"...) // as a stream writes it
	return append(b, make([]byte, 8000*seconds)...)
}

// mp3 is frames of 32 kbit/s at 16 kHz, MPEG 2: 144 bytes and 36 ms each.
func mp3(frames int) []byte {
	b := append([]byte("ID3\x03\x00\x00\x00\x00\x00\x05"), "title"...)
	return append(b, bytes.Repeat(append([]byte{0xff, 0xf3, 0x48, 0xc0}, make([]byte, 140)...), frames)...)
}

func wma(length time.Duration) []byte {
	b := append([]byte("\x30\x26\xb2\x75 header ........"), wmaProperties...)
	b = append(b, make([]byte, 48)...)
	b = binary.LittleEndian.AppendUint64(b, uint64(length/100+3*time.Second/100))
	b = binary.LittleEndian.AppendUint64(b, 0)
	return binary.LittleEndian.AppendUint64(b, 3000)
}

func TestVoiceLength(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		data []byte
		want time.Duration
	}{
		{"amr", amr(7), 7 * time.Second},
		{"wav", wav(5), 5 * time.Second},
		{"mp3", mp3(250), 9 * time.Second},
		{"wma", wma(42 * time.Second), 42 * time.Second},
	} {
		if got, known := voiceLength(c.data); !known || got != c.want {
			t.Errorf("voiceLength(%s): got %s, %t, want %s", c.name, got, known, c.want)
		}
		// What is cut anywhere is measured or not, and nothing worse.
		for n := range min(len(c.data), 300) {
			voiceLength(c.data[:n])
		}
	}
}

func TestNewMaterialIsCheckedBeforeItIsAskedFor(t *testing.T) {
	t.Parallel()
	big := func(head string, n int) []byte { return append([]byte(head), make([]byte, n)...) }
	mp4 := []byte("\x00\x00\x00\x18ftypmp42........")
	for _, c := range []struct {
		name string
		m    NewMaterial
		kind string
		want string // of the error; "" none
	}{
		{"an image", NewMaterial{Data: jpeg}, MediaImage, ""},
		{"a thumb", NewMaterial{Kind: MediaThumb, Data: jpeg}, MediaThumb, ""},
		{"a voice", NewMaterial{Data: amr(60)}, MediaVoice, ""},
		{"a video", NewMaterial{Data: mp4, Title: "Tea", Introduction: "How it is made"}, MediaVideo, ""},
		{"a long voice", NewMaterial{Data: amr(61)}, MediaVoice, "media: at most 60 seconds, not 61"},
		{"a large image", NewMaterial{Data: big("\x89PNG\r\n\x1a\n", 10*mb)}, MediaImage, "media: at most 10485760 bytes, not 10485768"},
		{"a large voice", NewMaterial{Data: big("ID3", 2*mb)}, MediaVoice, "media: at most 2097152 bytes"},
		{"a large thumb", NewMaterial{Kind: MediaThumb, Data: big("\xff\xd8\xff", 64<<10)}, MediaThumb, "media: at most 65536 bytes"},
		{"a thumb that is no JPEG", NewMaterial{Kind: MediaThumb, Data: []byte("GIF89a....")}, MediaThumb, "media: must be jpg, not gif"},
		{"a text", NewMaterial{Data: []byte("hello")}, MediaImage, "media: must be bmp, png, jpg, gif, not ?"},
		{"nothing", NewMaterial{}, MediaImage, "media: the file is empty"},
		{"a video without a title", NewMaterial{Data: mp4, Introduction: "x"}, MediaVideo, "title: required"},
		{"an image with a title", NewMaterial{Data: jpeg, Title: "Tea"}, MediaImage, "title: only a video has one"},
		{"news", NewMaterial{Kind: MediaNews, Data: jpeg}, MediaNews, "type: must be"},
	} {
		kind, err := c.m.Check()
		if kind != c.kind || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %s, %v, want %s, %q", c.name, kind, err, c.kind, c.want)
		}
		if err != nil && len(FieldErrors(err)) == 0 {
			t.Errorf("%s: got %T, want a FieldError", c.name, err)
		}
	}
}

func FuzzVoiceLength(f *testing.F) {
	for _, data := range [][]byte{amr(1), wav(1), mp3(3), wma(time.Second), jpeg} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if length, _ := voiceLength(data); length < 0 {
			t.Errorf("voiceLength: got %s of %d bytes", length, len(data))
		}
	})
}
