package main

import (
	"strings"
	"testing"
)

// Whoever asks for help gets the usage, and nothing runs.
func TestUsage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args, err string
	}{
		{"help", ""},
		{"--help", ""},
		{"playground --help", ""},
		{"manifest -h", ""},
		{"move-database help", ""},
		{"move-database", "needs FROM and TO"},
		{"fly", "there is no \"fly\""},
	} {
		var out, told strings.Builder
		err := run(t.Context(), strings.Fields(test.args), &out, &told)
		if err != nil {
			out.WriteString(err.Error())
		}
		if (err != nil) != (test.err != "") || !strings.Contains(out.String(), test.err) || !strings.HasSuffix(out.String(), usage) {
			t.Errorf("magpie %s: got %q, %v, want the usage", test.args, out.String(), err)
		}
	}
}
