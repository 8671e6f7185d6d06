package articles

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // decoded
	"image/jpeg"
	"image/png"

	_ "golang.org/x/image/bmp" // decoded
	xdraw "golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // decoded

	"magpie/store"
)

const (
	maxContentImage = 1<<20 - 1  // WeChat: below 1 MB, jpg or png
	maxThumb        = 64 << 10   // WeChat: at most 64 KB, jpg
	maxPixels       = 40_000_000 // more is a bomb, or no picture for a phone
	maxWidth        = 2160       // twice the widest phone
)

var (
	errTooBig   = errors.New("it is larger than 10 MB")
	errNoImage  = errors.New("it is no image that can be read (JPEG, PNG, GIF, WebP or BMP)")
	errTooMany  = errors.New("it has more than 40 million pixels")
	errTooHeavy = errors.New("it takes more memory than IMAGE_MEMORY allows")
	errNotSmall = errors.New("it cannot be made smaller than 1 MB")
)

// blob is an image as it is kept: ready for WeChat, named by the hash of its bytes.
type blob struct {
	SHA256 string `db:"sha256"`
	Mime   string `db:"mime"`
	Width  int    `db:"width"`
	Height int    `db:"height"`
	Data   []byte `db:"data"`
}

// fit makes an image into one that WeChat takes inside an article: JPEG or PNG, below
// 1 MB, or a GIF of at most 10 MB, which keeps moving. One that is so already keeps its pixels to the byte, and loses what cameras note
// beside them. One that EXIF turns is
// written anew, upright: not every reader of WeChat's looks into EXIF, and crops count
// in what is seen.
func fit(data []byte) (blob, error) {
	if len(data) > maxFetched {
		return blob{}, errTooBig
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(stillWebP(data)))
	switch {
	case err != nil:
		return blob{}, errNoImage
	case config.Width*config.Height > maxPixels:
		return blob{}, errTooMany
	}
	if format == "gif" {
		plain, frames := bareGIF(data)
		if frames == 0 {
			return blob{}, errNoImage
		}
		return newBlob(plain, format, config.Width, config.Height), nil
	}
	img, format, turned, err := decode(data)
	if err != nil {
		return blob{}, err
	}
	if (format == "jpeg" || format == "png") && !turned {
		if plain, ok := bare(data, format); ok && len(plain) <= maxContentImage {
			return newBlob(plain, format, config.Width, config.Height), nil
		}
	}
	full := img.Bounds().Dx()
	for width := min(full, maxWidth); width > 0 && width >= min(64, full); width = width * 3 / 4 {
		small := scale(img, width)
		if !isOpaque(small) {
			var out bytes.Buffer
			if err := png.Encode(&out, small); err == nil && out.Len() <= maxContentImage {
				return newBlob(out.Bytes(), "png", small.Bounds().Dx(), small.Bounds().Dy()), nil
			}
			continue
		}
		for _, quality := range []int{88, 76} {
			if out := asJPEG(small, quality); len(out) <= maxContentImage {
				return newBlob(out, "jpeg", small.Bounds().Dx(), small.Bounds().Dy()), nil
			}
		}
	}
	return blob{}, errNotSmall
}

// thumb makes an image into a cover: JPEG, at most 64 KB, at most 900 wide.
func thumb(b blob) (blob, error) {
	img, _, _, err := decode(b.Data)
	if err != nil {
		return blob{}, err
	}
	full := img.Bounds().Dx()
	for width := min(full, coverWidth); width > 0 && width >= min(64, full); width = width * 4 / 5 {
		small := scale(img, width)
		for _, quality := range []int{90, 80, 70, 60} {
			if out := asJPEG(small, quality); len(out) <= maxThumb {
				return newBlob(out, "jpeg", small.Bounds().Dx(), small.Bounds().Dy()), nil
			}
		}
	}
	return blob{}, errNoImage
}

// crop is the largest middle part of a w×h image with that ratio, as WeChat writes it:
// X1_Y1_X2_Y2 in 0…1.
func crop(w, h int, ratio float64) string {
	x, y := 0.0, 0.0
	if have := float64(w) / float64(h); have > ratio {
		x = (1 - ratio/have) / 2
	} else {
		y = (1 - have/ratio) / 2
	}
	return fmt.Sprintf("%.4f_%.4f_%.4f_%.4f", x, y, 1-x, 1-y)
}

func newBlob(data []byte, format string, w, h int) blob {
	sum := sha256.Sum256(data)
	return blob{SHA256: hex.EncodeToString(sum[:]), Mime: "image/" + format, Width: w, Height: h, Data: data}
}

// scale makes img width pixels wide, never wider than it is.
func scale(img image.Image, width int) *image.NRGBA {
	b := img.Bounds()
	if width > b.Dx() {
		width = b.Dx()
	}
	out := image.NewNRGBA(image.Rect(0, 0, width, max(1, b.Dy()*width/b.Dx())))
	if width == b.Dx() {
		draw.Draw(out, out.Bounds(), img, b.Min, draw.Src)
	} else if from, ok := img.(image.RGBA64Image); ok && b.Dx() >= 2*width {
		average(out, from)
	} else {
		xdraw.ApproxBiLinear.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	}
	return out
}

// average gives each pixel of out the mean of those it stands for. The scalers that look
// as well keep 32 bytes for each pixel of a column, hundreds of megabytes of a photo.
func average(out *image.NRGBA, img image.RGBA64Image) {
	b, w, h := img.Bounds(), out.Rect.Dx(), out.Rect.Dy()
	for y := range h {
		fromY, toY := b.Min.Y+y*b.Dy()/h, b.Min.Y+(y+1)*b.Dy()/h
		for x := range w {
			fromX, toX := b.Min.X+x*b.Dx()/w, b.Min.X+(x+1)*b.Dx()/w
			var sum [4]uint64
			for sy := fromY; sy < max(toY, fromY+1); sy++ {
				for sx := fromX; sx < toX; sx++ {
					c := img.RGBA64At(sx, sy)
					sum[0], sum[1], sum[2], sum[3] = sum[0]+uint64(c.R), sum[1]+uint64(c.G), sum[2]+uint64(c.B), sum[3]+uint64(c.A)
				}
			}
			n := uint64(max(toY, fromY+1)-fromY) * uint64(toX-fromX)
			out.Set(x, y, color.RGBA64{uint16(sum[0] / n), uint16(sum[1] / n), uint16(sum[2] / n), uint16(sum[3] / n)})
		}
	}
}

func isOpaque(img image.Image) bool {
	o, ok := img.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// asJPEG lays img on white, for JPEG knows nothing transparent.
func asJPEG(img image.Image, quality int) []byte {
	flat := image.NewRGBA(img.Bounds())
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), img, img.Bounds().Min, draw.Over)
	var out bytes.Buffer
	_ = jpeg.Encode(&out, flat, &jpeg.Options{Quality: quality}) // a bytes.Buffer takes everything
	return out.Bytes()
}

// keepBlob writes an image; one that is there already stays, and is wanted from now on, so that it
// is not removed as old before tx ends.
func (d *shelf) keepBlob(ctx context.Context, tx *store.Tx, b blob) error {
	_, err := tx.Exec(ctx, "insert into article_blob (sha256, mime, width, height, data, at) values ($1, $2, $3, $4, $5, $6) on conflict (sha256) do update set at = excluded.at",
		b.SHA256, b.Mime, b.Width, b.Height, b.Data, store.Millis(d.Now()))
	return err
}

// wantBlob has an image not removed as old before tx ends, nor for RETAIN from now on.
func (d *shelf) wantBlob(ctx context.Context, tx *store.Tx, sum string) error {
	_, err := tx.Exec(ctx, "update article_blob set at = $2 where sha256 = $1", sum, store.Millis(d.Now()))
	return err
}

// blob reads an image; sql.ErrNoRows where there is none.
func (d *shelf) blob(ctx context.Context, q store.Queryer, sum string) (blob, error) {
	b, err := store.One[blob](ctx, q, "select sha256, mime, width, height, data from article_blob where sha256 = $1", sum)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("read image %.12s: %w", sum, err)
	}
	return b, err
}
