package bot

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// toTheLetter are the cards whose purpose is to hold what is sent to the letter.
var toTheLetter = []string{"send_details"}

var (
	titled  = regexp.MustCompile(`^(\S+) (\S.*) · #\d+$`)
	tokens  = regexp.MustCompile(`<[@#!][^>]*>|https?:[^" ]+`) // an address may hold an id
	rawKeys = regexp.MustCompile(`data\.[a-z]+\d|\b(template_id|touser|media_id|activity_id|clientmsgid|client_msg_id|thumb_media_id)\b|\b[CGD]\d[A-Z]{3,}\b|\b[0-9a-f]{64}\b|\bwx[0-9a-f]{16}\b|\b(card|field|does|whom|called|sign|check|broadcast)\.[a-z_]+\b`)
)

// A request's card begins with its state as an emoji and in words, and its number; then comes
// one sentence. Its first screen holds no raw key, no channel's id, no hash, and no AppID, for
// the account of the goldens has a name.
func TestTheFirstScreenIsForPeople(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "cards", "*.golden.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files of cards: %v", err)
	}
	cards := 0
	for _, path := range files {
		name, _, _ := strings.Cut(filepath.Base(path), ".")
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !isCard(name, string(raw)) {
			continue
		}
		cards++
		if fault := notForPeople(t, raw); fault != "" {
			t.Errorf("%s: %s", path, fault)
		}
	}
	if cards < 100 {
		t.Errorf("%d cards of requests were looked at, want the goldens' hundred or more", cards)
	}
}

// isCard reports whether a golden file is one request's card: it alone has Details of one.
func isCard(name, golden string) bool {
	for _, exempt := range toTheLetter {
		if name == exempt {
			return false
		}
	}
	return strings.HasPrefix(golden, "[") && strings.Count(golden, `"value":"details `) == 1
}

// notForPeople says what a first screen has that is not for people; "" is nothing.
func notForPeople(t *testing.T, golden []byte) string {
	t.Helper()
	var messages []struct {
		Blocks []struct {
			Type string
			Text struct{ Text string }
		}
	}
	if err := json.Unmarshal(golden, &messages); err != nil {
		t.Fatal(err)
	}
	blocks := messages[0].Blocks
	title := titled.FindStringSubmatch(blocks[0].Text.Text)
	if blocks[0].Type != "header" || title == nil {
		return "the first block is " + blocks[0].Text.Text + ", want an emoji, the state and #N"
	}
	if sign, _ := utf8.DecodeRuneInString(title[1]); !unicode.Is(unicode.So, sign) && !unicode.Is(unicode.Sm, sign) {
		return title[1] + " is no emoji"
	}
	if said := blocks[1].Text.Text; blocks[1].Type != "section" || !strings.HasSuffix(said, ".") && !strings.HasSuffix(said, "。") {
		return "the second block is no sentence: " + said
	}
	return rawKeys.FindString(tokens.ReplaceAllString(string(golden), ""))
}

// What is not for people is found.
func TestAFirstScreenThatIsNotForPeople(t *testing.T) {
	t.Parallel()
	const good = `[{"Text":"","Blocks":[{"type":"header","text":{"text":"⏳ Waiting · #1"}},{"type":"section","text":{"text":"Send *Tea* to <@U1ALICE> in <#C1GENERAL>."}}]}]`
	for _, c := range []struct{ from, to, want string }{
		{"", "", ""},
		{"⏳ Waiting", "Waiting", "want an emoji"},
		{"· #1", "", "want an emoji"},
		{"⏳", "X", "X is no emoji"},
		{"<#C1GENERAL>.", "<#C1GENERAL>", "no sentence"},
		{"<#C1GENERAL>", "C1GENERAL", "C1GENERAL"},
		{"*Tea*", "data.thing1", "data.thing1"},
		{"*Tea*", "template_id", "template_id"},
		{"*Tea*", "card.to", "card.to"}, // words that were not found
		{"*Tea*", "wx0123456789abcdef", "wx0123456789abcdef"},
		{"*Tea*", strings.Repeat("0a", 32), strings.Repeat("0a", 32)},
	} {
		if got := notForPeople(t, []byte(strings.Replace(good, c.from, c.to, 1))); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("with %q for %q: %q, want %q", c.to, c.from, got, c.want)
		}
	}
}
