package articles

import (
	"bytes"
	"image"
	"testing"
)

// A cover holds its title whatever it is written in, is the same bytes each time, and
// becomes a thumb that WeChat takes, with crops that have the ratios they should.
func TestCover(t *testing.T) {
	t.Parallel()
	for _, title := range []string{"", "Tea", "秋季新茶：三款茶的产地与冲泡，一次说清", "Three autumn teas, and where they grow", "Averyveryveryverylongwordthatdoesnotfitatall", "混排 Mixed 标题 2026！"} {
		for _, theme := range []string{"festive", "unknown"} {
			a, err := drawCover(title, theme, nil)
			if err != nil {
				t.Fatalf("drawCover(%q): %v", title, err)
			}
			b, _ := drawCover(title, theme, nil)
			if a.SHA256 != b.SHA256 {
				t.Errorf("drawCover(%q): got other bytes the second time", title)
			}
			small, err := thumb(a)
			if err != nil || len(small.Data) > maxThumb || small.Mime != "image/jpeg" {
				t.Errorf("thumb of %q: got %d bytes of %s, %v; want at most %d of JPEG", title, len(small.Data), small.Mime, err, maxThumb)
			}
			if _, format, err := image.DecodeConfig(bytes.NewReader(small.Data)); err != nil || format != "jpeg" {
				t.Errorf("thumb of %q: got %s, %v", title, format, err)
			}
		}
		if missing := missingSigns(title, nil); missing != "" {
			t.Errorf("missingSigns(%q): got %q, want none", title, missing)
		}
	}
	if got := missingSigns("茶𠮷🍵", nil); got != "𠮷🍵" {
		t.Errorf("missingSigns: got %q", got)
	}
	for _, c := range []struct {
		w, h  int
		ratio float64
		want  string
	}{{900, 383, 1, "0.2872_0.0000_0.7128_1.0000"}, {100, 100, 2.35, "0.0000_0.2872_1.0000_0.7128"}, {100, 100, 1, "0.0000_0.0000_1.0000_1.0000"}} {
		if got := crop(c.w, c.h, c.ratio); got != c.want {
			t.Errorf("crop(%d, %d, %v): got %s, want %s", c.w, c.h, c.ratio, got, c.want)
		}
	}
}
