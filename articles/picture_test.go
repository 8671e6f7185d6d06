package articles

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"magpie/store/storetest"
)

var screenshots = flag.String("screenshots", "", "write pictures of the preview, light and dark, to this directory")

// The preview of every part of an article in every theme, to be looked at:
// go test ./articles -run Screenshots -args -screenshots DIR
func TestScreenshots(t *testing.T) {
	t.Parallel()
	if *screenshots == "" {
		return // nobody asks for them
	}
	text, err := os.ReadFile("testdata/every-part.md")
	if err != nil {
		t.Fatal(err)
	}
	image, err := drawCover("图片", "business", nil)
	if err != nil {
		t.Fatal(err)
	}
	d := newTestDesk(t, storetest.SQLite(t), func(o *Options) { o.Browser = browser(t) })
	n := put(t, d, string(text), map[string][]byte{"pot.png": image.Data})
	for _, theme := range Themes() {
		if _, err := d.Edit(t.Context(), Act{Article: n}, Edit{Style: theme}); err != nil {
			t.Fatal(err)
		}
		light, err := d.picturePage(t.Context(), n, 1)
		if err != nil {
			t.Fatal(err)
		}
		dark := strings.NewReplacer(`id="light" checked`, `id="light"`, `id="dark"`, `id="dark" checked`).Replace(string(light))
		for mode, page := range map[string]string{"light": string(light), "dark": dark} {
			shot, err := d.picture(t.Context(), []byte(page), 820, 2600)
			if err == nil {
				err = os.WriteFile(filepath.Join(*screenshots, theme+"-"+mode+".png"), shot, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

func browser(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no Chromium")
	}
	return path
}

// A picture of a preview needs no server and shows the article's images.
func TestPicture(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, storetest.SQLite(t), func(o *Options) { o.Browser = browser(t) })
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
	shot, err := d.picture(t.Context(), page, 820, 2600)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil || img.Bounds().Dx() != 820 || img.Bounds().Dy() > 2000 {
		t.Errorf("picture: got %v, %v", img.Bounds(), err)
	}
}

// The sheet shows the article in every theme, a house's too, with its images, and is as
// large as it says.
func TestSheet(t *testing.T) {
	t.Parallel()
	house, err := ReadThemes(fstest.MapFS{"brand.css": {Data: []byte("h2 { color: #c00 }")}})
	if err != nil {
		t.Fatal(err)
	}
	d := newTestDesk(t, storetest.SQLite(t), func(o *Options) { o.Browser, o.House = browser(t), house })
	image, err := drawCover("图片", "business", nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/every-part.md")
	if err != nil {
		t.Fatal(err)
	}
	n := put(t, d, string(text), map[string][]byte{"pot.png": image.Data})
	page, err := d.sheetPage(t.Context(), n, 1)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(page), "src=\"/preview/image/") || strings.Count(string(page), "data:image/png;base64,") != 7 || strings.Count(string(page), "color:#c00") != 1 {
		t.Errorf("the page does not hold 7 themes with an image each: %d, %d", strings.Count(string(page), "data:image/png;base64,"), strings.Count(string(page), "color:#c00"))
	}
	width, height := sheetSize(7)
	shot, err := d.picture(t.Context(), page, width, height)
	if err != nil {
		t.Fatal(err)
	}
	if *screenshots != "" {
		if err := os.WriteFile(filepath.Join(*screenshots, "sheet.png"), shot, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil || img.Bounds().Dx() != width || img.Bounds().Dy() > height {
		t.Errorf("picture: got %v, %v; want at most %d × %d", img.Bounds(), err, width, height)
	}
}
