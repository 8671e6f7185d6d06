package render

import (
	"strings"
	"testing"
)

// A drawing has the ink and the ground of what is around it, translucent ones as they are
// seen, and stands for its source.
func TestDrawings(t *testing.T) {
	t.Parallel()
	var asked []Drawing
	a, err := Render("---\ntitle: T\n---\n\n甲 $a_1$ 乙\n\n```mermaid\ngraph TD\n A --> B[<b>\"]\n```\n\n```asciimath\na^2\n```\n", Options{Theme: "plain", Image: func(src string) string { return "https://x.example/" + src[:9] }, Draw: func(d Drawing) Drawn {
		asked = append(asked, d)
		return Drawn{Width: 34, Height: 20, Depth: 3.4}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(asked) != 2 || asked[0] != (Drawing{DrawInline, "a_1", "#1a1a1a", "#ffffff"}) || asked[1].Kind != DrawMermaid {
		t.Errorf("asked for %+v", asked)
	}
	for _, want := range []string{
		`style="max-width:100%;width:2em;vertical-align:-0.2em" src="https://x.example/` + asked[0].Name()[:9] + `" alt="a_1">`,
		`width:34px" src="https://x.example/` + asked[1].Name()[:9] + `" alt="graph TD  A --&gt; B[&lt;b&gt;&quot;]">`,
	} {
		if !strings.Contains(a.HTML, want) {
			t.Errorf("the HTML has no %s: %s", want, a.HTML)
		}
	}
	if len(a.Images) != 2 || a.Images[0].Alt != "a_1" || len(a.Findings) != 1 || a.Findings[0].Code != "math" {
		t.Errorf("got images %+v, findings %+v", a.Images, a.Findings)
	}
	for _, c := range []struct{ colour, below, want string }{
		{"#abc", "#ffffff", "#aabbcc"}, {"rgba(0,0,0,.5)", "#ffffff", "#808080"}, {"RGB(1, 2, 3)", "#ffffff", "#010203"},
		{"linear-gradient(#fff, #000)", "#ffffff", ""}, {"", "#ffffff", ""}, {"#12", "#ffffff", ""}, {"rgb(1,2,999)", "#ffffff", ""}, {"red\"><script>", "#ffffff", ""},
	} {
		if got := blend(c.colour, c.below); got != c.want {
			t.Errorf("blend(%q, %q): got %q, want %q", c.colour, c.below, got, c.want)
		}
	}
}
