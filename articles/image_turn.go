package articles

import (
	"bytes"
	"image"

	"github.com/bep/imagemeta"
)

// decode reads an image and sets it upright: phones write pictures as the sensor lay and
// note in EXIF how they were held. It is then no wider than WeChat's readers need.
// turned says that the bytes alone are not the picture that is seen.
func decode(data []byte) (img image.Image, format string, turned bool, err error) {
	img, format, err = image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, "", false, errNoImage
	}
	way := orientation(data, format)
	if way == 1 {
		return img, format, false, nil
	}
	b := img.Bounds()
	width := b.Dx()
	if across := seenWidth(b, way); across > maxWidth {
		width = max(1, width*maxWidth/across) // a small picture is turned faster
	}
	return turn(scale(img, width), way), format, true, nil
}

// orientation is how EXIF says that an image is to be seen: 1, upright, to 8. Where it
// says nothing that can be read, the image is taken as it is.
func orientation(data []byte, format string) int {
	kind, ok := map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "webp": imagemeta.WebP}[format]
	if !ok {
		return 1
	}
	way := 1
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: kind, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Namespace == "IFD0" && tag.Tag == "Orientation" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if v, ok := tag.Value.(uint16); ok && v >= 1 && v <= 8 {
				way = int(v)
			}
			return imagemeta.ErrStopWalking
		},
	})
	if err != nil {
		return 1
	}
	return way
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
