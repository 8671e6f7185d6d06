package main

import (
	"regexp"
	"strings"
	"testing"
)

// Whoever asks for help or the version gets it, and nothing runs; who is mistaken is told in
// three lines at most, and where more is said.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	const version = `^magpie \S+ \(\S+\) go1\.\S+ schema \d+\n$`
	for _, test := range []struct {
		args, out, err string
		code           int
	}{
		{"--help", `(?s)^Usage: magpie.*playground.*move-database.*completion`, `^$`, 0},
		{"help", `(?s)^Usage: magpie.*playground`, `^$`, 0},
		{"help playground", `^Usage: magpie playground \[<address>\]`, `^$`, 0},
		{"playground --help", `^Usage: magpie playground \[<address>\]`, `^$`, 0},
		{"playground help", `^Usage: magpie playground`, `^$`, 0},
		{"manifest -h", `^Usage: magpie manifest`, `^$`, 0},
		{"move-database --help", `^Usage: magpie move-database <from> <to>`, `^$`, 0},
		{"backup --help", `^Usage: magpie backup <file>`, `^$`, 0},
		{"backup", `^$`, `^magpie: expected "<file>"\n.*backup --help`, exitUsage},
		{"run --help", `^Usage: magpie run`, `^$`, 0},
		{"version --help", `^Usage: magpie version`, `^$`, 0},
		{"version", version, `^$`, 0},
		{"--version", version, `^$`, 0},
		{"completion zsh", `complete -C \S+ magpie\n$`, `^$`, 0},
		{"fly", `^$`, `^magpie: unexpected argument fly\n.*--help`, exitUsage},
		{"--nope", `^$`, `^magpie: unknown flag --nope\n.*--help`, exitUsage},
		{"move-database sqlite:a", `^$`, `^magpie: expected "<to>"\n.*move-database --help`, exitUsage},
		{"playground a b", `^$`, `^magpie: unexpected argument b\n.*playground --help`, exitUsage},
		{"completion tcsh", `^$`, `bash`, exitUsage},
		{"forget", `^$`, `^magpie: expected "<OPENID>"`, exitUsage},
		{"forget o!", `^$`, `^magpie: "o!" is no openid`, exitFailed},
		{"forget --help", `^Usage: magpie forget`, `^$`, 0},
		{"audit", `^$`, `^magpie: expected one of "export", +"verify"`, exitUsage},
		{"audit export --since never", `^$`, `^magpie: --since is "never": expected a day`, exitFailed},
		{"audit export --request x", `^$`, `--request`, exitUsage},
		{"audit verify /no/such/file", `^$`, `no such file`, exitFailed},
		{"audit verify --head x", `^$`, `^magpie: `, exitFailed},
		{"doctor now", `^$`, `^magpie: unexpected argument now`, exitUsage},
		{"manifest --url", `^$`, `--url`, exitUsage},
		{"version 2", `^$`, `^magpie: unexpected argument 2`, exitUsage},
	} {
		var out, told strings.Builder
		code := run(t.Context(), strings.Fields(test.args), &out, &told)
		if code != test.code || !regexp.MustCompile(test.out).MatchString(out.String()) || !regexp.MustCompile(test.err).MatchString(told.String()) {
			t.Errorf("magpie %s: got %d, %q, %q, want %d, %s, %s", test.args, code, out.String(), told.String(), test.code, test.out, test.err)
		}
		if strings.Count(told.String(), "\n") > 3 {
			t.Errorf("magpie %s: says %q, want three lines at most", test.args, told.String())
		}
	}
}
