package articles

import (
	"slices"
	"strings"
	"testing"
)

// TestNotesHaveNoNUL: PostgreSQL takes no text with a NUL, and a review has several notes.
func TestNotesHaveNoNUL(t *testing.T) {
	t.Parallel()
	notes := []string{"shorter", "name the source"}
	kept := strings.Join(notes, noteSign)
	if strings.ContainsRune(kept, 0) {
		t.Errorf("notes are kept as %q, want no NUL", kept)
	}
	for _, kept := range []string{kept, strings.Join(notes, "\x00")} {
		if got := splitNotes(kept); !slices.Equal(got, notes) {
			t.Errorf("splitNotes(%q) = %q, want %q", kept, got, notes)
		}
	}
}
