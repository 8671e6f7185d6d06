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
