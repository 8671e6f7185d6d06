package articles

import (
	"strings"
	"testing"
)

// An outline is read as far as it can be; what supports each claim is told.
func TestDecodeOutline(t *testing.T) {
	t.Parallel()
	o, ok := decodeOutline("Sure!\n```json\n" + `{"title": "Tea", "digest": "Green", "sections": [{"heading": "One", "points": ["a", 7]}, "Two", 3],
		"claims": [{"claim": "It grows", "kind": "fact", "source": "Brief"}, {"claim": "It is good", "kind": "Opinion"}, {"claim": "300 came", "source": "none"},
		{"claim": "In 1900", "kind": "fact", "source": "the almanac"}, "bare", {"source": "brief"}, 5]}` + "\n```")
	if want := "Tea\nGreen\n\n## One\n- a\n\n## Two"; !ok || o.text() != want {
		t.Errorf("text: got %q, %v, want %q", o.text(), ok, want)
	}
	var keys []string
	for _, line := range o.claimLines() {
		keys = append(keys, strings.TrimPrefix(line.Key, "article."))
	}
	if got, want := strings.Join(keys, " "), "claims claim_brief claim_opinion claim_none claim_other claim_none"; got != want {
		t.Errorf("claims: got %s, want %s", got, want)
	}
	for _, answer := range []string{"", "nonsense", "{}", `{"claims": {}}`, `{"sections": 1}`} {
		if o, ok := decodeOutline(answer); ok {
			t.Errorf("decodeOutline(%q): got %+v", answer, o)
		}
	}
}
