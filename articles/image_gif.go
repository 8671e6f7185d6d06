package articles

import "bytes"

// bareGIF is a GIF without the comments and notes of programs; its pictures stay to the
// byte, and so does how often they play. One that breaks off ends after its last whole
// picture, as browsers show it. frames counts the pictures; 0 says that it cannot be read.
func bareGIF(data []byte) (out []byte, frames int) {
	const head, trailer = 13, 0x3B
	if len(data) < head || !bytes.HasPrefix(data, []byte("GIF8")) {
		return nil, 0
	}
	at := head + gifColours(data[10])
	if at > len(data) {
		return nil, 0
	}
	out = append(make([]byte, 0, len(data)), data[:at]...)
	whole := 0 // of out, up to the last picture's end
	for at < len(data) {
		end, keep := 0, true
		switch data[at] {
		case 0x21:
			if at+2 > len(data) {
				break
			}
			end = gifBlocks(data, at+2)
			keep = data[at+1] == 0xF9 || data[at+1] == 0xFF && isGIFLoop(data[at+2:])
		case 0x2C:
			if at+11 <= len(data) {
				end = gifBlocks(data, at+11+gifColours(data[at+9]))
			}
		}
		if end == 0 {
			break // the end, or what nobody can follow
		}
		if keep {
			out = append(out, data[at:end]...)
		}
		if data[at] == 0x2C {
			frames, whole = frames+1, len(out)
		}
		at = end
	}
	if frames == 0 {
		return nil, 0
	}
	return append(out[:whole], trailer), frames
}

// gifColours is how long the table of colours is that flags announce.
func gifColours(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// gifBlocks is where the blocks that begin at an offset end; 0 where they do not.
func gifBlocks(data []byte, at int) int {
	for at < len(data) {
		size := int(data[at])
		if at += 1 + size; size == 0 {
			return at
		}
	}
	return 0
}

func isGIFLoop(body []byte) bool {
	return bytes.HasPrefix(body, []byte("\x0bNETSCAPE2.0")) || bytes.HasPrefix(body, []byte("\x0bANIMEXTS1.0"))
}
