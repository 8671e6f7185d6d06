package wechat

import (
	"bytes"
	"encoding/binary"
	"time"
)

// voiceLength is how long a voice sounds, where its file tells.
func voiceLength(data []byte) (time.Duration, bool) {
	switch fileType(data[:min(16, len(data))]) {
	case "amr":
		return amrLength(data)
	case "wav":
		return wavLength(data)
	case "mp3":
		return mp3Length(data)
	case "wma":
		return wmaLength(data)
	}
	return 0, false
}

// Bytes of an AMR frame by its mode, the first byte included; each is 20 ms.
var (
	amrNarrow = [16]int{13, 14, 16, 18, 20, 21, 27, 32, 6, 6, 6, 6, 0, 0, 0, 1}
	amrWide   = [16]int{18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1}
)

func amrLength(data []byte) (time.Duration, bool) {
	frames := amrNarrow
	rest, ok := bytes.CutPrefix(data, []byte("#!AMR\n"))
	if !ok {
		if rest, ok = bytes.CutPrefix(data, []byte("#!AMR-WB\n")); !ok {
			return 0, false
		}
		frames = amrWide
	}
	n := 0
	for len(rest) > 0 {
		size := frames[rest[0]>>3&15]
		if size == 0 {
			return 0, false
		}
		rest = rest[min(size, len(rest)):]
		n++
	}
	return time.Duration(n) * 20 * time.Millisecond, true
}

// wavLength divides the sound's bytes by those of a second.
func wavLength(data []byte) (time.Duration, bool) {
	var second, sound uint32
	for rest := data[min(12, len(data)):]; len(rest) >= 8; {
		size := binary.LittleEndian.Uint32(rest[4:])
		body := rest[8:]
		switch string(rest[:4]) {
		case "fmt ":
			if len(body) >= 12 {
				second = binary.LittleEndian.Uint32(body[8:])
			}
		case "data":
			sound = uint32(min(int64(size), int64(len(body)))) // a stream's header may announce anything
		}
		rest = body[min(int64(size)+int64(size&1), int64(len(body))):]
	}
	if second == 0 {
		return 0, false
	}
	return time.Duration(float64(sound) / float64(second) * float64(time.Second)), true
}

// kbit/s of MPEG layer III by the header's index: version 1, then 2 and 2.5.
var mp3Rates = [2][16]int{
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
}

// mp3Length adds the frames up: a header may lie about what follows.
func mp3Length(data []byte) (time.Duration, bool) {
	if bytes.HasPrefix(data, []byte("ID3")) && len(data) > 10 {
		tag := 10 + int(data[6]&127)<<21 + int(data[7]&127)<<14 + int(data[8]&127)<<7 + int(data[9]&127)
		data = data[min(tag, len(data)):]
	}
	var length time.Duration
	for len(data) >= 4 {
		version, rate := data[1]>>3&3, mp3Rates[1]
		samples, hertz := 576, [4]int{44100, 48000, 32000, 0}[data[2]>>2&3]
		switch version {
		case 3:
			samples, rate = 1152, mp3Rates[0]
		case 2:
			hertz /= 2
		case 0:
			hertz /= 4
		}
		kbit := rate[data[2]>>4]
		if data[0] != 0xff || data[1]&0xe6 != 0xe2 || version == 1 || kbit == 0 || hertz == 0 {
			data = data[1:] // a tag at the end, or what stands between two frames
			continue
		}
		length += time.Duration(samples) * time.Second / time.Duration(hertz)
		size := samples/8*kbit*1000/hertz + int(data[2]>>1&1)
		data = data[min(size, len(data)):]
	}
	return length, length > 0
}

// wmaProperties names the object of an ASF file that holds its length.
var wmaProperties = []byte("\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65")

func wmaLength(data []byte) (time.Duration, bool) {
	at := bytes.Index(data, wmaProperties)
	if at < 0 || len(data) < at+88 {
		return 0, false
	}
	// The play time counts 100 ns; the silence before the sound, in ms, is part of it.
	play, silence := binary.LittleEndian.Uint64(data[at+64:]), binary.LittleEndian.Uint64(data[at+80:])
	const most = uint64(24 * time.Hour / 100)
	if play > most || silence > most {
		return 0, false
	}
	return max(0, time.Duration(play)*100-time.Duration(silence)*time.Millisecond), true
}
