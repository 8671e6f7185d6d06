package render

import (
	"strings"
	"testing"
)

// A notice is the last that readers read, to the letter, and of the rendering.
func TestNotice(t *testing.T) {
	t.Parallel()
	const said = "Written with <AI> & care"
	text := "# T\n\nSee [this](https://a.example/x).\n\n```\nnever closed"
	with, err := Render(text, Options{Notice: said + "\n"})
	if err != nil {
		t.Fatal(err)
	}
	without, err := Render(text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(with.Text, "never closed\n"+said) || with.Text != without.Text+"\n"+said {
		t.Errorf("text: got %q beside %q", with.Text, without.Text)
	}
	at := strings.LastIndex(with.HTML, "Written with &lt;AI&gt; &amp; care</p>")
	if at < strings.Index(with.HTML, "https://a.example/x") || at < 0 || with.Length <= without.Length {
		t.Errorf("HTML: got %q", with.HTML)
	}
	if strings.Contains(without.HTML, "Written") {
		t.Errorf("without a notice: got %q", without.HTML)
	}
}
