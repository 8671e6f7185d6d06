package wechattest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// Form is an uploaded form as it is remembered: the file by its size and hash.
type Form struct {
	Name   string            `json:"filename"`
	Type   string            `json:"content_type,omitempty"`
	Size   int               `json:"size"`
	SHA256 string            `json:"sha256"`
	Fields map[string]string `json:"fields,omitempty"`

	file []byte
}

// readForm reads a multipart form. The file is the part named media, whatever
// other parts have a filename: some clients give one to every part.
func readForm(contentType string, body []byte) (*Form, bool) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, false
	}
	f := &Form{Fields: map[string]string{}}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := r.NextPart()
		if err != nil {
			return f, err == io.EOF
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return f, false
		}
		if part.FormName() != "media" || part.FileName() == "" {
			f.Fields[part.FormName()] = string(data)
			continue
		}
		sum := sha256.Sum256(data)
		f.Name, f.Type, f.Size, f.SHA256, f.file = part.FileName(), part.Header.Get("Content-Type"), len(data), hex.EncodeToString(sum[:]), data
	}
}

// takes is what an upload takes: bytes and types by extension.
type takes struct {
	most  int
	types string
}

// upload reads the form and holds it against the limits.
func (c *call) upload(rule takes) (*Form, reply, bool) {
	f, ok := readForm(c.contentType, c.body)
	if !ok || f.file == nil {
		return nil, refuse(41005), false
	}
	switch kind := sniff(f.file); {
	case len(f.file) == 0:
		return nil, refuse(44001), false
	case kind == "" || !strings.Contains(rule.types, kind):
		return nil, refuseOn(40005, "the file is %q", kind), false
	case !strings.Contains(f.Name, "."):
		return nil, refuseOn(40005, "the filename has no extension"), false
	case len(f.file) > rule.most:
		return nil, refuse(40006), false
	}
	return f, reply{}, true
}

// sniff is the server's own reading of a file's first bytes.
func sniff(b []byte) string {
	for kind, magic := range map[string]string{
		"jpg": "\xff\xd8", "png": "\x89PNG", "gif": "GIF8", "bmp": "BM", "amr": "#!AMR", "wav": "RIFF", "wma": "\x30\x26\xb2\x75",
	} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return kind
		}
	}
	switch {
	case len(b) > 8 && string(b[4:8]) == "ftyp":
		return "mp4"
	case bytes.HasPrefix(b, []byte("ID3")) || len(b) > 1 && b[0] == 0xff && b[1]&0xe0 == 0xe0:
		return "mp3"
	}
	return ""
}
