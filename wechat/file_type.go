package wechat

import (
	"bytes"
	"mime"
)

// extensions of each type of file, lower case.
var extensions = map[string][]string{
	"jpg": {".jpg", ".jpeg"}, "png": {".png"}, "gif": {".gif"}, "bmp": {".bmp"},
	"mp3": {".mp3"}, "amr": {".amr"}, "wav": {".wav"}, "wma": {".wma"}, "mp4": {".mp4"},
}

func fileMIME(kind string) string {
	if t := mime.TypeByExtension(extensions[kind][0]); t != "" {
		return t
	}
	return "application/octet-stream"
}

// fileType tells a file's type from its first bytes, or "".
func fileType(head []byte) string {
	starts := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	at := func(i int, s string) bool { return len(head) >= i+len(s) && string(head[i:i+len(s)]) == s }
	switch {
	case starts("\xff\xd8\xff"):
		return "jpg"
	case starts("\x89PNG\r\n\x1a\n"):
		return "png"
	case starts("GIF87a"), starts("GIF89a"):
		return "gif"
	case starts("BM"):
		return "bmp"
	case starts("ID3"), len(head) > 1 && head[0] == 0xff && head[1]&0xe6 == 0xe2:
		return "mp3"
	case starts("#!AMR"):
		return "amr"
	case starts("RIFF") && at(8, "WAVE"):
		return "wav"
	case starts("\x30\x26\xb2\x75"):
		return "wma"
	case at(4, "ftyp"):
		return "mp4"
	}
	return ""
}
