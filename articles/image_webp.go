package articles

import (
	"bytes"
	"encoding/binary"
	"image"
)

// stilled is the problem of an image that is there, and moves no more.
const stilled = "still|"

// isMovingWebP reports whether data is a WebP with several pictures. WeChat takes no WebP
// at all, and no library of Go makes a GIF of one without a loss of colours that nobody
// asked for: the first picture is shown, and that is told.
func isMovingWebP(data []byte) bool {
	const animation = 2
	return len(data) > 20 && string(data[:4]) == "RIFF" && string(data[8:16]) == "WEBPVP8X" && data[20]&animation != 0
}

// stillWebP is a moving WebP's first picture as a WebP of its own; anything else is
// returned as it is. The picture is what moves, without the ground around it.
func stillWebP(data []byte) []byte {
	if !isMovingWebP(data) {
		return data
	}
	const frameHead, alpha = 16, 0x10
	still := data
	riffChunks(data[12:], func(name string, body []byte) bool {
		if name != "ANMF" || len(body) <= frameHead {
			return true
		}
		var parts bytes.Buffer
		flags := byte(0)
		riffChunks(body[frameHead:], func(name string, part []byte) bool {
			if name == "ALPH" {
				flags = alpha
			}
			if name == "ALPH" || name == "VP8 " || name == "VP8L" {
				putChunk(&parts, name, part)
			}
			return true
		})
		var out bytes.Buffer
		out.WriteString("WEBP")
		// Width and height, less one, stand in the frame as they do in VP8X: 24 bits each.
		putChunk(&out, "VP8X", append([]byte{flags, 0, 0, 0}, body[6:12]...))
		out.Write(parts.Bytes())
		still = append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(out.Len())), out.Bytes()...)
		return false
	})
	return still
}

func putChunk(out *bytes.Buffer, name string, body []byte) {
	out.WriteString(name)
	out.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(body))))
	out.Write(body)
	if len(body)%2 == 1 {
		out.WriteByte(0)
	}
}

// fullRange gives a lossy WebP's values the range that Go reads them in. VP8 writes light
// in 16 to 235 and colour in 16 to 240 (RFC 6386, 9.2; as BT.601), Go reads both as JPEG
// does, in 0 to 255: black would be grey.
func fullRange(img image.Image) image.Image {
	var m *image.YCbCr
	switch img := img.(type) {
	case *image.YCbCr:
		m = img
	case *image.NYCbCrA:
		m = &img.YCbCr
	default:
		return img
	}
	stretch := func(plane []byte, zero, span, centre int) {
		var table [256]byte
		for v := range table {
			table[v] = byte(min(255, max(0, (2*255*(v-zero)+span)/(2*span)+centre)))
		}
		for i, v := range plane {
			plane[i] = table[v]
		}
	}
	stretch(m.Y, 16, 219, 0)
	stretch(m.Cb, 128, 224, 128)
	stretch(m.Cr, 128, 224, 128)
	return img
}
