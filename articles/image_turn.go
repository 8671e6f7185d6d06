package articles

import (
	"bytes"
	"image"
)

// decode reads an image, sets it upright and gives its colours as sRGB has them: phones
// write pictures as the sensor lay, in colours of their own, and note both beside them.
// One that had to be changed is no wider than WeChat's readers need. Of a moving WebP it is
// the first picture. turned says that a reader who does not look into EXIF sees it lie.
func decode(data []byte) (img image.Image, format string, turned bool, err error) {
	img, format, err = image.Decode(bytes.NewReader(stillWebP(data)))
	if err != nil {
		return nil, "", false, errNoImage
	}
	if format == "webp" {
		img = fullRange(img)
	}
	way, colours := orientation(data, format), toSRGB(profileOf(data, format))
	if way == 1 && colours == nil {
		return img, format, false, nil
	}
	b := img.Bounds()
	width := b.Dx()
	if across := seenWidth(b, way); across > maxWidth {
		width = max(1, width*maxWidth/across) // a small picture is changed faster
	}
	small := scale(img, width)
	colours.apply(small)
	if way == 1 {
		return small, format, false, nil
	}
	return turn(small, way), format, true, nil
}

// seenWidth is how wide an image is once it is turned; 5 to 8 lie on their side.
func seenWidth(b image.Rectangle, way int) int {
	if way >= 5 {
		return b.Dy()
	}
	return b.Dx()
}

// turn mirrors and turns img as EXIF's way wants it seen.
func turn(img *image.NRGBA, way int) *image.NRGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	across := seenWidth(img.Rect, way)
	out := image.NewNRGBA(image.Rect(0, 0, across, w+h-across))
	for y := range h {
		for x := range w {
			toX, toY := x, y
			switch way {
			case 2:
				toX = w - 1 - x
			case 3:
				toX, toY = w-1-x, h-1-y
			case 4:
				toY = h - 1 - y
			case 5:
				toX, toY = y, x
			case 6:
				toX, toY = h-1-y, x
			case 7:
				toX, toY = h-1-y, w-1-x
			case 8:
				toX, toY = y, w-1-x
			}
			copy(out.Pix[out.PixOffset(toX, toY):][:4], img.Pix[img.PixOffset(x, y):][:4])
		}
	}
	return out
}
