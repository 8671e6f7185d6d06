package commands

import (
	"strings"
	"testing"
	"time"
)

func BenchmarkPlan(b *testing.B) {
	book := testBook(b)
	call := Call{Who: member, Line: `subscribe send TEMPLATE_ID to=A,B page="pages/index?foo=bar" thing1="Green tea" time2="15:00"`}
	for b.Loop() {
		if _, err := book.Plan(b.Context(), call); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLongLinesAreRefusedInTime says lines of Slack's greatest length that are wrong
// all over.
func TestLongLinesAreRefusedInTime(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"subscribe send T to=A thing1=x" + strings.Repeat(" y", 20_000),
		"subscribe send T to=A" + strings.Repeat(" z=y", 10_000),
		"subscribe send T to=A" + strings.Repeat(" y z=y", 6_000),
		"subscribe send T to=A thing1=" + strings.Repeat(`"x `, 12_000),
		"subscribe send T to=A thing1=" + strings.Repeat(`<http://`, 5_000),
		strings.Repeat("y", 40_000),
		strings.Repeat("=", 40_000),
	} {
		begun := time.Now()
		if _, err := plan(t, line); err == nil {
			t.Errorf("Plan(%.40s…): got no error, want a refusal", line)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("Plan(%.40s…): took %v, want at most 5s", line, took)
		}
	}
}
