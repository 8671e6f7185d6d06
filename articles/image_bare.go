package articles

import (
	"bytes"
	"encoding/binary"
)

// bare is an image without what cameras and programs wrote beside it: where it was
// taken, with what, by whom. Pixels and colour profile stay to the byte. ok is false
// where the file cannot be followed to its end; it has to be written anew then.
func bare(data []byte, format string) (b []byte, ok bool) {
	if format == "png" {
		return barePNG(data)
	}
	return bareJPEG(data)
}

// bareJPEG keeps the segments that a reader needs: of APPn those of JFIF, of the colour
// profile and Adobe's, which says how colours are written. What follows the end is left
// out too: phones keep further pictures there.
func bareJPEG(data []byte) ([]byte, bool) {
	if len(data) < 4 || data[0] != 0xFF || data[1] != 0xD8 {
		return nil, false
	}
	out := append(make([]byte, 0, len(data)), data[:2]...)
	for at := 2; ; {
		for at+1 < len(data) && data[at] == 0xFF && data[at+1] == 0xFF { // fill bytes
			at++
		}
		if at+1 >= len(data) || data[at] != 0xFF {
			return nil, false
		}
		marker := data[at+1]
		if marker == 0xD9 {
			return append(out, 0xFF, 0xD9), true
		}
		if at+4 > len(data) || marker == 0 || marker == 0xD8 || marker >= 0xD0 && marker <= 0xD7 {
			return nil, false
		}
		end := at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if end < at+4 || end > len(data) {
			return nil, false
		}
		if keepsSegment(marker, data[at+4:end]) {
			out = append(out, data[at:end]...)
		}
		if at = end; marker != 0xDA {
			continue
		}
		for at+1 < len(data) && (data[at] != 0xFF || data[at+1] == 0 || data[at+1] >= 0xD0 && data[at+1] <= 0xD7) {
			at++
		}
		out = append(out, data[end:at]...)
	}
}

func keepsSegment(marker byte, body []byte) bool {
	switch {
	case marker == 0xE0:
		return bytes.HasPrefix(body, []byte("JFIF\x00"))
	case marker == 0xE2:
		return bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
	case marker == 0xEE:
		return bytes.HasPrefix(body, []byte("Adobe"))
	}
	return (marker < 0xE0 || marker > 0xEF) && marker != 0xFE // the other APPn, and comments
}

var neededChunks = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true,
	"cICP": true, "sBIT": true, "bKGD": true, "pHYs": true, "acTL": true, "fcTL": true, "fdAT": true,
}

// barePNG keeps the chunks that a reader needs.
func barePNG(data []byte) ([]byte, bool) {
	const head = 8
	if len(data) < head {
		return nil, false
	}
	out := append(make([]byte, 0, len(data)), data[:head]...)
	for at := head; at+12 <= len(data); {
		size := int64(binary.BigEndian.Uint32(data[at:]))
		if size > int64(len(data)-at-12) {
			return nil, false
		}
		end, name := at+12+int(size), string(data[at+4:at+8])
		if neededChunks[name] {
			out = append(out, data[at:end]...)
		}
		if name == "IEND" {
			return out, true
		}
		at = end
	}
	return nil, false
}
