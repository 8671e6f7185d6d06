package audiences

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"magpie/cards"
)

// sample is how much of a file is looked at to find out how it is written.
const sample = 64 << 10

// readText reads a file as UTF-8, whichever of the ways that spreadsheets save text it
// is written in: UTF-8 or UTF-16, with or without a mark, or GB18030. What is no text
// at all is refused.
func readText(r io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(r, sample)
	head, err := in.Peek(sample)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch order, isUTF16 := utf16Order(head); {
	case isPage(head):
		return nil, cards.Refuse("audience.a_page")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return nil, cards.Refuse("audience.a_workbook")
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, err := in.Discard(3)
		return in, err
	case isUTF16:
		return transform.NewReader(in, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), nil
	case bytes.IndexByte(head, 0) >= 0:
		return nil, cards.Refuse("audience.no_text")
	}
	return &guessing{in: in}, nil
}

// isPage reports whether a web page begins here: what Slack answers with, instead of a
// file, where it wants somebody to sign in.
func isPage(head []byte) bool {
	head = bytes.ToLower(bytes.TrimLeft(head[:min(len(head), 512)], "\xEF\xBB\xBF \t\r\n"))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}

// utf16Order is the order of the bytes, by the mark or by where the zero bytes of an
// ASCII header stand.
func utf16Order(head []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return unicode.BigEndian, true
	case len(head) >= 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return unicode.LittleEndian, true
	case len(head) >= 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// guessing passes ASCII on and decides, at the first byte that is none, whether the
// rest is UTF-8 or GB18030: the first name in Chinese may stand a million rows down.
type guessing struct {
	in   *bufio.Reader
	rest io.Reader
}

func (g *guessing) Read(p []byte) (int, error) {
	if g.rest != nil {
		return g.rest.Read(p)
	}
	if _, err := g.in.Peek(1); err != nil {
		return 0, err
	}
	ready, _ := g.in.Peek(g.in.Buffered())
	if n := ascii(ready); n > 0 {
		return g.in.Read(p[:min(n, len(p))])
	}
	if head, _ := g.in.Peek(sample); looksUTF8(head) {
		g.rest = g.in
	} else {
		g.rest = transform.NewReader(g.in, simplifiedchinese.GB18030.NewDecoder())
	}
	return g.rest.Read(p)
}

// ascii is how many bytes of b come before the first that is no ASCII.
func ascii(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return len(b)
}

// looksUTF8 reports whether b is UTF-8 for the most part: one broken name must not turn
// all others into nonsense.
func looksUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		b = b[size:]
	}
	return good >= bad
}
