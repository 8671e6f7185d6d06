package articles

import (
	"bytes"
	"image/png"
	"os/exec"
	"strings"
	"testing"
	"time"

	"magpie/store/storetest"
)

// A picture of a preview needs no server and shows the article's images.
func TestPicture(t *testing.T) {
	t.Parallel()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no Chromium")
	}
	now := time.Now()
	d := newTestDesk(t, storetest.SQLite(t), &now, func(o *Options) { o.Browser = browser })
	image, err := drawCover("图片", "business", nil)
	if err != nil {
		t.Fatal(err)
	}
	n := put(t, d, "---\ntitle: 秋季新茶\n---\n\n![茶](pot.png)\n", map[string][]byte{"pot.png": image.Data})
	page, err := d.picturePage(t.Context(), n, 1)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(page), "/preview/image/") || strings.Count(string(page), "data:image/png;base64,") != 3 {
		t.Errorf("the page does not hold its images: %.3000s", page)
	}
	shot, err := d.picture(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil || img.Bounds().Dx() != 820 || img.Bounds().Dy() > 2000 {
		t.Errorf("picture: got %v, %v", img.Bounds(), err)
	}
}
