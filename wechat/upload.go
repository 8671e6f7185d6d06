package wechat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// File is a file on its way to WeChat. It is streamed: no more of it than a
// buffer is in memory at a time.
type File struct {
	// Name is the file's name. WeChat tells the type from its extension; one
	// that does not fit what is in the file is replaced.
	Name string
	// Body is read once, from where it stands. Where it is an io.Seeker it can
	// be sent a second time, after a token that turned out to have expired.
	// Its Read must come to an end: a call that times out waits for it.
	Body io.Reader
	// Size in bytes; 0 is found out where Body is an io.Seeker or tells its
	// Len. Where it stays unknown, the file goes without a Content-Length.
	Size int64
	// Progress, where set, hears after each piece how many bytes of the file
	// have been taken of how many (-1: unknown). A second try begins at 0.
	Progress func(taken, size int64)
}

// upload is a file made ready: its first bytes looked at, its size known where
// it can be, and the form around it written.
type upload struct {
	file        File
	size, most  int64
	head, tail  []byte // of the form, around the file
	peeked      []byte // of the file, where it cannot be sought
	seeker      io.Seeker
	start       int64
	contentType string

	mu    sync.Mutex
	body  *fileBody
	spent bool
}

// fileRule is what WeChat takes where.
type fileRule struct {
	most  int64    // bytes
	types []string // extensions, the usual one of each type
}

// prepare looks at the file and refuses one of a wrong type or size, before
// anything is sent. fields are the form's other fields, name by name.
func (f File) prepare(rule fileRule, fields ...[2]string) (*upload, error) {
	const field = "media"
	if f.Body == nil {
		return nil, fault(field, ruleRequired)
	}
	u := &upload{file: f, size: f.Size, most: rule.most}
	head := make([]byte, 16)
	n, err := io.ReadFull(f.Body, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	head = head[:n]
	if n == 0 {
		return nil, fault(field, ruleEmptyFile)
	}
	if s, ok := f.Body.(io.Seeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			u.seeker, u.start = s, at-int64(n)
		}
	}
	if err := u.measure(int64(n)); err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if u.seeker == nil {
		u.peeked = head
	}
	kind := fileType(head)
	if !slices.Contains(rule.types, kind) {
		if kind == "" {
			kind = "?"
		}
		return nil, fault(field, ruleFileType, strings.Join(rule.types, ", "), kind)
	}
	if u.size > rule.most {
		return nil, fault(field, ruleTooBig, rule.most, u.size)
	}
	u.form(kind, fields)
	return u, nil
}

// measure finds the size where it was not given; n bytes have been read.
func (u *upload) measure(n int64) error {
	if u.seeker != nil {
		end, err := u.seeker.Seek(0, io.SeekEnd)
		if err != nil {
			return err
		}
		if u.size == 0 {
			u.size = end - u.start
		}
		_, err = u.seeker.Seek(u.start, io.SeekStart)
		return err
	}
	if u.size > 0 {
		return nil
	}
	u.size = -1
	if l, ok := u.file.Body.(interface{ Len() int }); ok {
		u.size = int64(l.Len()) + n
	}
	return nil
}

// form writes what stands before and after the file.
func (u *upload) form(kind string, fields [][2]string) {
	name := filepath.Base(u.file.Name)
	if ext := filepath.Ext(name); !slices.Contains(extensions[kind], strings.ToLower(ext)) {
		if name = strings.TrimSuffix(name, ext); name == "" || name == "." {
			name = "file"
		}
		name += "." + kind
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		w.WriteField(f[0], f[1]) // a bytes.Buffer takes everything
	}
	clean := strings.NewReplacer(`"`, "%22", "\r", "", "\n", "", `\`, "_").Replace(name)
	w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="media"; filename="` + clean + `"`},
		"Content-Type":        {fileMIME(kind)},
	})
	u.head = bytes.Clone(b.Bytes())
	b.Reset()
	w.Close()
	u.tail = b.Bytes()
	u.contentType = w.FormDataContentType()
}

// length is the whole form's, or -1.
func (u *upload) length() int64 {
	if u.size < 0 {
		return -1
	}
	return int64(len(u.head)) + u.size + int64(len(u.tail))
}

// rewind makes the file ready to be sent again, where that can be.
func (u *upload) rewind() bool { return u.seeker != nil || !u.spent }

// open gives the form's bytes from the first. A body opened before is stopped.
func (u *upload) open() io.ReadCloser {
	u.stop()
	u.mu.Lock()
	defer u.mu.Unlock()
	b := &fileBody{u: u}
	b.parts = io.MultiReader(bytes.NewReader(u.head), (*filePart)(b), bytes.NewReader(u.tail))
	b.file = u.file.Body
	switch {
	case u.seeker != nil:
		if _, err := u.seeker.Seek(u.start, io.SeekStart); err != nil {
			b.err = err
		}
	case u.spent:
		b.err = errors.New("it can be read only once")
	default:
		b.file = io.MultiReader(bytes.NewReader(u.peeked), u.file.Body)
	}
	u.spent, u.body = true, b
	return b
}

// stop ends the reading and tells what was wrong with the file itself.
func (u *upload) stop() error {
	if u == nil {
		return nil
	}
	u.mu.Lock()
	b := u.body
	u.mu.Unlock()
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stopped = true
	return b.err
}

// fileBody is one reading of the form.
type fileBody struct {
	u     *upload
	parts io.Reader
	file  io.Reader
	taken int64

	mu      sync.Mutex // held while reading
	stopped bool
	err     error
}

func (b *fileBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return 0, io.ErrClosedPipe
	}
	if b.err != nil {
		return 0, b.err
	}
	return b.parts.Read(p)
}

func (b *fileBody) Close() error { return nil }

// filePart is the file within the form. It holds the file to its size.
type filePart fileBody

func (b *filePart) Read(p []byte) (int, error) {
	n, err := b.file.Read(p)
	b.taken += int64(n)
	size, most := b.u.size, b.u.most
	switch {
	case b.taken > most:
		b.err = fault("media", ruleTooBig, most, b.taken)
	case size >= 0 && b.taken > size || err == io.EOF && size >= 0 && b.taken < size:
		b.err = fmt.Errorf("it has not the %d bytes that were announced", size)
	case err != nil && err != io.EOF:
		b.err = err
	}
	if b.err != nil {
		return 0, b.err
	}
	if n > 0 && b.u.file.Progress != nil {
		b.u.file.Progress(b.taken, size)
	}
	return n, err
}
