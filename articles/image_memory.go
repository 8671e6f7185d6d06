package articles

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"

	"golang.org/x/sync/semaphore"
)

// imageMemory is what images may take while they are decoded and made fit, all at once.
type imageMemory struct {
	most int64
	left *semaphore.Weighted
}

func newImageMemory(most int64) *imageMemory {
	return &imageMemory{most: most, left: semaphore.NewWeighted(most)}
}

// hold waits until there is memory for an image, and returns how to give it back. An
// image that needs more than there is at all is errTooHeavy.
func (m *imageMemory) hold(ctx context.Context, data []byte) (letGo func(), err error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(stillWebP(data)))
	if err != nil {
		return nil, errNoImage
	}
	if config.Width*config.Height > maxPixels {
		return nil, errTooMany
	}
	need := weight(config, format, data)
	if need > m.most {
		return nil, errTooHeavy
	}
	if err := m.left.Acquire(ctx, need); err != nil {
		return nil, err
	}
	return func() { m.left.Release(need) }, nil
}

// weight is how many bytes an image takes at most: what its decoder makes of it, and
// three copies (scaled, turned, laid on white) of no more than readers need.
func weight(config image.Config, format string, data []byte) int64 {
	w, h := int64(config.Width), int64(config.Height)
	pixels := w * h
	decoded := pixels * 4
	switch {
	case format == "jpeg":
		decoded = jpegWeight(data, pixels)
	case config.ColorModel == color.NRGBA64Model || config.ColorModel == color.RGBA64Model:
		decoded = pixels * 8
	}
	across := min(w, h, maxWidth) // the narrower side is across once it is turned
	copies := max(w, h) * across
	if long := min(w, h); long > maxWidth {
		copies = maxWidth * max(w, h) * maxWidth / long
	}
	return decoded + 3*4*min(copies, pixels)
}

// jpegWeight reads how a JPEG keeps its colours. A progressive one is decoded from
// coefficients of 4 bytes, which stay until its end.
func jpegWeight(data []byte, pixels int64) int64 {
	const worst = 4 + 4*4
	for at := 2; at+10 <= len(data) && data[at] == 0xFF; {
		if data[at+1] == 0xFF {
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(data[at+2:]))
		if marker := data[at+1]; marker >= 0xC0 && marker <= 0xC2 {
			parts := int(data[at+9])
			if at+10+3*parts > len(data) || parts == 0 {
				break
			}
			var samples, most int64
			for i := range parts {
				hv := data[at+11+3*i]
				samples += int64(hv>>4) * int64(hv&15)
				most = max(most, int64(hv>>4)*int64(hv&15))
			}
			if most == 0 {
				break
			}
			each := int64(1)
			if marker == 0xC2 {
				each += 4
			}
			if parts == 4 {
				each += 4 // the colours of print are made into those of screens
			}
			return pixels * samples * each / most
		}
		at += 2 + size
	}
	return pixels * worst
}

// fit is fit, with memory that is to be had.
func (d *proofer) fit(ctx context.Context, data []byte) (blob, error) {
	if len(data) > maxFetched {
		return blob{}, errTooBig
	}
	letGo, err := d.images.hold(ctx, data)
	if err != nil {
		return blob{}, err
	}
	defer letGo()
	return fit(data)
}

// bareFile is a picture for the account's library without what a camera wrote beside
// it, upright. What is no picture stays as it is.
func (d *proofer) bareFile(ctx context.Context, data []byte) ([]byte, error) {
	_, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != "jpeg" && format != "png" {
		return data, nil
	}
	if orientation(data, format) == 1 {
		if out, ok := bare(data, format); ok {
			return out, nil
		}
	}
	letGo, err := d.images.hold(ctx, data)
	if err != nil {
		return nil, err
	}
	defer letGo()
	img, _, _, err := decode(data)
	if err != nil {
		return nil, err
	}
	if format == "png" && !isOpaque(img) {
		var out bytes.Buffer
		err := png.Encode(&out, img)
		return out.Bytes(), err
	}
	return asJPEG(img, 92), nil
}
