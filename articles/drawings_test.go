package articles

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"magpie/articles/render"
	"magpie/jobs"
	"magpie/store/storetest"
)

const withDrawings = "---\ntitle: 公式\n---\n\n质能关系 $E = mc^2$ 人人皆知。\n\n$$\n\\frac{a}{b} < 1\n$$\n\n```mermaid\ngraph TD\n A[开始] --> B[结束]\n```\n"

// Formulas and diagrams become images of the article by the real Chromium, once, whatever
// article they stand in; another ground is another picture.
func TestDrawings(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	t.Run("drawn", func(t *testing.T) {
		d := newTestDesk(t, url, func(o *Options) { o.Browser = browser(t) })
		n := put(t, d, withDrawings, nil)
		before, err := d.Proof(t.Context(), n, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !before.Blocked() || len(before.Page.Images) != 0 {
			t.Errorf("before they are drawn: blocked %v, %d images", before.Blocked(), len(before.Page.Images))
		}
		gather(t, d, n)
		p, err := d.Proof(t.Context(), n, 0)
		if err != nil {
			t.Fatal(err)
		}
		if p.Blocked() || len(p.Page.Images) != 3 || len(p.drawn.wanted) > 0 {
			t.Fatalf("once they are drawn: findings %+v, %d images", p.Findings, len(p.Page.Images))
		}
		for _, want := range []string{`alt="E = mc^2"`, `alt="\frac{a}{b} &lt; 1"`, `alt="graph TD  A[开始] --&gt; B[结束]"`, "vertical-align:-"} {
			if !strings.Contains(p.Page.HTML, want) {
				t.Errorf("the HTML has no %s: %s", want, p.Page.HTML)
			}
		}
		u, _, err := d.Prepare(t.Context(), "wx1", []int64{n}, "draft")
		if err != nil || len(u.Articles[0].Images) != 3 {
			t.Fatalf("Prepare: got %+v, %v", u.Articles, err)
		}
		b, err := d.blob(t.Context(), d.DB, u.Articles[0].Images[0].SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if img, err := png.Decode(bytes.NewReader(b.Data)); err != nil || img.Bounds().Dy() < 40 {
			t.Errorf("the picture of a formula: got %v, %v", img, err)
		}
		if *screenshots != "" {
			light, err := d.picturePage(t.Context(), n, 1)
			if err != nil {
				t.Fatal(err)
			}
			dark := strings.NewReplacer(`id="light" checked`, `id="light"`, `id="dark"`, `id="dark" checked`).Replace(string(light))
			for mode, page := range map[string]string{"light": string(light), "dark": dark} {
				shot, err := d.picture(t.Context(), []byte(page), 820, 1800)
				if err == nil {
					err = os.WriteFile(filepath.Join(*screenshots, "drawings-"+mode+".png"), shot, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	t.Run("without Chromium", func(t *testing.T) {
		without := newTestDesk(t, url, func(o *Options) { o.Browser = "/no/such/browser" }) // whoever draws again cannot
		again := put(t, without, "# Again\n\n$E = mc^2$\n", nil)
		gather(t, without, again)
		if p, err := without.Proof(t.Context(), again, 0); err != nil || p.Blocked() {
			t.Errorf("the same formula elsewhere: got %+v, %v", p.Findings, err)
		}
		other := put(t, without, "# Other\n\n$a_1$\n", nil)
		gather(t, without, other)
		if p, err := without.Proof(t.Context(), other, 0); err != nil || !p.Blocked() || p.Findings[0].Mend == nil || p.Findings[0].Code != "math" {
			t.Errorf("where Chromium cannot be run: got %+v, %v", p.Findings, err)
		}
	})
}

// gather does what the job of an article does, again while other jobs have all places.
func gather(t *testing.T, d *Desk, n int64) {
	t.Helper()
	err := jobs.Later()
	for errors.Is(err, jobs.Later()) {
		err = d.workGather(t.Context(), gatherJob{Article: n})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// What cannot be drawn blocks with its reason and can be shown as code with a press.
func TestBrokenDrawings(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, storetest.SQLite(t), func(o *Options) { o.Browser = browser(t) })
	n := put(t, d, "# T\n\n```mermaid\ngraph TD\n A[\n```\n\n$\\nosuch{a}$\n", nil)
	gather(t, d, n)
	p, err := d.Proof(t.Context(), n, 0)
	if err != nil {
		t.Fatal(err)
	}
	var broken []render.Finding
	for _, f := range p.Findings {
		if f.Text.Key == "render.drawing.failed" {
			broken = append(broken, f)
		}
	}
	if len(broken) != 2 || !broken[0].Blocks || broken[0].Mend == nil || !broken[1].Blocks || broken[1].Mend == nil || len(p.drawn.wanted) != 0 {
		t.Errorf("findings: got %+v", p.Findings)
	}
	if !regexp.MustCompile(`<pre[ >]`).MatchString(p.Page.HTML) {
		t.Errorf("it is not shown as code: %s", p.Page.HTML)
	}
}

// What an article has beyond as many as are drawn says so, and is waited for by nobody.
func TestTooManyDrawings(t *testing.T) {
	t.Parallel()
	d := newTestDesk(t, storetest.SQLite(t), func(o *Options) { o.Browser = "/no/such/browser" })
	var text strings.Builder
	text.WriteString("# T\n")
	for i := range maxDrawings + 5 {
		fmt.Fprintf(&text, "\n$a_{%d}$\n", i)
	}
	n := put(t, d, text.String(), nil)
	gather(t, d, n)
	p, err := d.Proof(t.Context(), n, 0)
	if err != nil {
		t.Fatal(err)
	}
	many := 0
	for _, drawn := range p.drawn.known {
		if drawn.Why != nil && drawn.Why.Key == "article.drawing_many" {
			many++
		}
	}
	if many != 5 || len(p.drawn.wanted) != 0 {
		t.Errorf("got %d that are too many, %d still wanted; want 5 and 0", many, len(p.drawn.wanted))
	}
}
