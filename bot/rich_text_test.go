package bot

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/slack-go/slack"
)

// What people paste into Slack comes as rich text; its Markdown says the same.
func TestRichText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		elements, want string
	}{
		"looks": {`{"type":"rich_text_section","elements":[{"type":"text","text":"A "},{"type":"text","text":"bold ","style":{"bold":true}},{"type":"text","text":"and "},{"type":"text","text":"both","style":{"bold":true,"italic":true}},{"type":"text","text":", "},{"type":"text","text":"a*b","style":{"code":true}},{"type":"text","text":" "},{"type":"text","text":"gone","style":{"strike":true}},{"type":"text","text":"字"},{"type":"text","text":"“引”","style":{"bold":true}},{"type":"text","text":"后"}]}`,
			"A **bold** and <strong><em>both</em></strong>, `a*b` ~~gone~~字<strong>“引”</strong>后"},
		"typed Markdown stays": {`{"type":"rich_text_section","elements":[{"type":"text","text":"# Title\n\n**a** and ` + "`b`" + `"}]}`, "# Title\n\n**a** and `b`"},
		"lists": {`{"type":"rich_text_section","elements":[{"type":"text","text":"Tea:\n"}]},
			{"type":"rich_text_list","style":"ordered","indent":0,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]}]},
			{"type":"rich_text_list","style":"bullet","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"in"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"in too"}]}]},
			{"type":"rich_text_list","style":"ordered","indent":0,"offset":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"two"}]}]}`,
			"Tea:\n\n1. one\n   - in\n   - in too\n2. two"},
		"quotation and code": {`{"type":"rich_text_quote","elements":[{"type":"text","text":"said\nso"}]},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"x := 1\n` + "```" + `"}]}`,
			"> said\n> so\n\n````\nx := 1\n```\n````"},
		"links and emoji": {`{"type":"rich_text_section","elements":[{"type":"link","url":"https://a.example/x_y(1)","text":"shop"},{"type":"text","text":" "},{"type":"link","url":"https://b.example"},{"type":"text","text":" "},{"type":"emoji","name":"wave","skin_tone":2},{"type":"emoji","name":"tada","unicode":"1f389"}]}`,
			"[shop](<https://a.example/x_y(1)>) https://b.example :wave::skin-tone-2::tada:"},
	} {
		var blocks slack.Blocks
		if err := json.Unmarshal([]byte(`[{"type":"rich_text","elements":[`+c.elements+`]}]`), &blocks); err != nil {
			t.Fatal(name, err)
		}
		if got, ok := richText(blocks.BlockSet, ""); !ok || got != c.want {
			t.Errorf("%s: richText = %q, %v, want %q", name, got, ok, c.want)
		}
	}
}

// What a message has beside what people type is not left out: then its text is taken.
func TestRichTextOfOtherKinds(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`[]`, `[{"type":"section","text":{"type":"mrkdwn","text":"a"}}]`,
		`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"date","timestamp":1720710212,"format":"{date}"}]}]}]`,
	} {
		var blocks slack.Blocks
		if err := json.Unmarshal([]byte(raw), &blocks); err != nil {
			t.Fatal(err)
		}
		if got, ok := richText(blocks.BlockSet, ""); ok {
			t.Errorf("richText(%s) = %q, want that it is not taken", raw, got)
		}
	}
}

// Whom a message mentions has a name in its text alone, and that stays in the article; a
// message with formatting and one without say the same.
func TestNamesOfMentionsStay(t *testing.T) {
	t.Parallel()
	const section = `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"By "},{"type":"user","user_id":"U1"},{"type":"text","text":" in "},{"type":"channel","channel_id":"C1"},{"type":"text","text":", "},{"type":"usergroup","usergroup_id":"S1"}%s]}]}]`
	for text, want := range map[string]string{
		"By <@U1|Amy &amp; Bo> in <#C1|general>, <!subteam^S1|@ops>": "By Amy & Bo in general, @ops",
		"By <@U1> in <#C1|>, <!subteam^S1|@ops>":                     "By <@U1> in <#C1>, @ops",
	} {
		var blocks slack.Blocks
		if err := json.Unmarshal([]byte(fmt.Sprintf(section, "")), &blocks); err != nil {
			t.Fatal(err)
		}
		if got, ok := richText(blocks.BlockSet, text); !ok || got != want {
			t.Errorf("richText of %q = %q, %v, want %q", text, got, ok, want)
		}
		if got := asTyped(text); got != want {
			t.Errorf("asTyped(%q) = %q, want %q", text, got, want)
		}
	}
	var blocks slack.Blocks
	if err := json.Unmarshal([]byte(fmt.Sprintf(section, `,{"type":"text","text":" "},{"type":"broadcast","range":"here"}`)), &blocks); err != nil {
		t.Fatal(err)
	}
	if got, ok := richText(blocks.BlockSet, ""); !ok || got != "By <@U1> in <#C1>, @S1 @here" {
		t.Errorf("without names: got %q, %v", got, ok)
	}
}
