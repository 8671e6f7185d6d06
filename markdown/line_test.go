package markdown

import "testing"

// Runs that look alike were joined one by one.
func TestManySpansAreJoinedInOnePass(t *testing.T) {
	t.Parallel()
	const runs = 1_500_000
	all := make([]Span, runs)
	for i := range all {
		all[i].Text = "run"
	}
	if got := merge(all); len(got) != 1 || len(got[0].Text) != 3*runs {
		t.Errorf("%d spans came of runs that look alike, want one of all", len(got))
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		":0:tada: 12:30:45 a:b": `\:0\:tada: 12\:30:45 a:b`, "| a |": `\| a |`, "#a": "#a", "# a": `\# a`, "10. a": `10\. a`, "&lt; & $x$": `&amp;lt; & \$x\$`,
		"见 https://a.b/c_d。": "见 https://a.b/c_d。",
	} {
		if got := Escape(text, false, false); got != want {
			t.Errorf("Escape(%q) = %q, want %q", text, got, want)
		}
	}
	if got := Escape("title: a", true, false); got != "&#116;itle: a" {
		t.Errorf("what a document begins with = %q", got)
	}
}
