package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"magpie/config"
)

func readEnv(t *testing.T, text string) (config.EnvFile, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.ReadEnvFile(file)
}

func TestEnvFile(t *testing.T) {
	t.Parallel()
	if f, err := config.ReadEnvFile(filepath.Join(t.TempDir(), ".env")); err != nil || len(f.Values) != 0 {
		t.Errorf("no file: got %v, %v, want nothing", f.Values, err)
	}
	f, err := readEnv(t, "# a comment\nA=1\nexport B=\"two words\" # why\nC='u:a$1b@h'\nD=${A}/x\nE=p#ss # why\nF=\"first\nG=second\"\n\r\nH=\n")
	if err != nil {
		t.Fatal(err)
	}
	env := f.Over(func(key string) string { return map[string]string{"A": "proper"}[key] })
	for key, want := range map[string]string{"A": "proper", "B": "two words", "C": "u:a$1b@h", "D": "1/x", "E": "p#ss", "F": "first\nG=second", "G": "", "H": ""} {
		if got := env(key); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	if f.Lines["H"] != 10 {
		t.Errorf("H stands in line %d, want 10", f.Lines["H"])
	}
}

// What the reader would take for something else is refused, with key and line, and no value
// is repeated.
func TestFaultsOfAnEnvFile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"a comment for a value":      {"A=1\nPREVIEW_OPENID= # mine\n", "PREVIEW_OPENID (%s line 2): what stands behind ="},
		"a comment for a model":      {"OPENAI_MODEL=   # none sesame yet", "OPENAI_MODEL (%s line 1): what stands behind ="},
		"a password with a dollar":   {"DATABASE_URL=postgres://u:sesame$1b@h/db\n", "DATABASE_URL (%s line 1): a $ in the value"},
		"within double quotes, too":  {"DATABASE_URL=\"postgres://u:sesame$1b@h/db\"\n", "DATABASE_URL (%s line 1): a $ in the value"},
		"a key that comes later":     {"A=${B}/sesame\nB=1\n", "A (%s line 1): a $ in the value"},
		"a byte-order mark":          {"\ufeffSLACK_BOT_TOKEN=sesame\nB=1\n", "SLACK_BOT_TOKEN (%s line 1): the file begins with a byte-order mark"},
		"UTF-16":                     {"\xff\xfeA\x00=\x001\x00", "%s line 1: the file is UTF-16"},
		"no assignment":              {"A=1\n\nSECRET sesame\n", "%s line 3: is no KEY=value"},
		"quotes that do not close":   {"A=1\nB='sesame\nC=2\n", "B (%s line 2): its quotes do not close"},
		"something behind the quote": {"B='sesame' why\n", "B (%s line 1): has something behind its quotes"},
		"a key twice":                {"A=sesame\nB=1\nA=2\n", "A (%s line 3): stands in line 1 already"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := readEnv(t, test.text)
			if err == nil {
				t.Fatalf("got no fault and %v", f.Values)
			}
			if want := strings.ReplaceAll(test.want, "%s", f.Name); strings.Count(err.Error(), want) != 1 || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "sesame") {
				t.Errorf("got\n%v\nwant once, alone and without a value\n%s", err, want)
			}
		})
	}
}

func TestEveryFaultOfAnEnvFileAtOnce(t *testing.T) {
	t.Parallel()
	_, err := readEnv(t, "A= # why\nB=$1\nC\n")
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("got %v, want three faults", err)
	}
}

func TestStrangeKeys(t *testing.T) {
	t.Parallel()
	f, err := readEnv(t, "SLACK_COMAND=/magpie\nADMINS=U1\nWECHAT_SHOP_MINI_APP_ID=wx2\nACCOUNTS=main,shop-mini\nHTTP_PROXYY_OF_MINE=1\nWECHAT_SHOP_MINI_KIDN=service\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []config.StrangeKey{{"SLACK_COMAND", 1, "SLACK_COMMAND"}, {"HTTP_PROXYY_OF_MINE", 5, ""}, {"WECHAT_SHOP_MINI_KIDN", 6, "WECHAT_SHOP_MINI_KIND"}}
	got := f.Strange()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
}
