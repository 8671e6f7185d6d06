package articles

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
)

// maxProfile is how large a colour profile may be; those of screens have a few kilobytes.
const maxProfile = 4 << 20

// beside are the parts of a file that stand beside its pixels, by the name that its
// format gives them (a JPEG's APP1 is "\xE1"), in their order, up to the first that
// cannot be followed. each returns false to stop.
func beside(data []byte, format string, each func(name string, body []byte) bool) {
	switch format {
	case "jpeg":
		for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
			marker := data[at+1]
			if marker == 0xFF { // a fill byte
				at++
				continue
			}
			end := at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
			if marker == 0xDA || end < at+4 || end > len(data) || !each(string(data[at+1:at+2]), data[at+4:end]) {
				return
			}
			at = end
		}
	case "png":
		for at := 8; at+12 <= len(data); {
			size := int64(binary.BigEndian.Uint32(data[at:]))
			if size > int64(len(data)-at-12) || !each(string(data[at+4:at+8]), data[at+8:at+8+int(size)]) {
				return
			}
			at += 12 + int(size)
		}
	case "webp":
		if len(data) > 12 {
			riffChunks(data[12:], each)
		}
	}
}

// riffChunks are the chunks of a WebP, or of one of its pictures.
func riffChunks(data []byte, each func(name string, body []byte) bool) {
	for at := 0; at+8 <= len(data); {
		size := int64(binary.LittleEndian.Uint32(data[at+4:]))
		if size > int64(len(data)-at-8) || !each(string(data[at:at+4]), data[at+8:at+8+int(size)]) {
			return
		}
		at += 8 + int(size+size&1)
	}
}

// orientation is how EXIF says that an image is to be seen: 1, upright, to 8. Where it
// says nothing that can be read, the image is taken as it is. What stands before the tag
// is passed over unread, the UTF-8 text of EXIF 3.0 too, which readers of EXIF 2 stop at.
func orientation(data []byte, format string) int {
	way := 1
	beside(data, format, func(name string, body []byte) bool {
		tiff, isEXIF := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if !(name == "\xE1" && isEXIF || name == "eXIf" || name == "EXIF") {
			return name != "IDAT" // browsers do not turn what they have begun to show
		}
		way = tiffOrientation(tiff)
		return false
	})
	return way
}

func tiffOrientation(tiff []byte) int {
	const tag, short = 0x0112, 3
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if string(tiff[:2]) != "II" && string(tiff[:2]) != "MM" || order.Uint16(tiff[2:]) != 42 || at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			break
		}
		if way := int(order.Uint16(entries[8:])); order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short && order.Uint32(entries[4:]) == 1 && way >= 1 && way <= 8 {
			return way
		}
		entries = entries[12:]
	}
	return 1
}

// profileOf is an image's colour profile; nil where it has none.
func profileOf(data []byte, format string) (profile []byte) {
	beside(data, format, func(name string, body []byte) bool {
		switch name {
		case "\xE2":
			// Each segment bears its number and how many there are; writers keep the order.
			if part, ok := bytes.CutPrefix(body, []byte("ICC_PROFILE\x00")); ok && len(part) > 2 && len(profile) < maxProfile {
				profile = append(profile, part[2:]...)
			}
		case "ICCP":
			profile = body
		case "iCCP":
			if end := bytes.IndexByte(body, 0); end >= 0 && end+2 <= len(body) {
				if r, err := zlib.NewReader(bytes.NewReader(body[end+2:])); err == nil {
					profile, _ = io.ReadAll(io.LimitReader(r, maxProfile)) // what is cut is held against its length
				}
			}
		}
		return name != "IDAT"
	})
	return profile
}
