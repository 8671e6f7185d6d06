package slacktest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"magpie/bot/slacktest"
)

func rep(n int) string { return strings.Repeat("字", n) }

func plainText(n int) string { return fmt.Sprintf(`{"type":"plain_text","text":%q}`, rep(n)) }

func mrkdwn(n int) string { return fmt.Sprintf(`{"type":"mrkdwn","text":%q}`, rep(n)) }

func times(n int, item func(i int) string) string {
	var all []string
	for i := range n {
		all = append(all, item(i))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func same(s string) func(int) string { return func(int) string { return s } }

func inActions(element string) string { return `[{"type":"actions","elements":[` + element + `]}]` }

func inInput(element string) string {
	return `[{"type":"input","label":` + plainText(1) + `,"element":` + element + `}]`
}

func option(text, value int) string {
	return fmt.Sprintf(`{"text":%s,"value":%q}`, plainText(text), rep(value))
}

// atTheEdge has every limit: n just in, n+1 just out, and the pointer to where
// it is broken.
var atTheEdge = []struct {
	name    string
	limit   int
	blocks  func(n int) string
	pointer string
}{
	{"blocks of a message", 50, func(n int) string { return times(n, same(`{"type":"divider"}`)) }, "/blocks"},
	{"block_id", 255, func(n int) string { return fmt.Sprintf(`[{"type":"divider","block_id":%q}]`, rep(n)) }, "/blocks/0/block_id"},
	{"section text", 3000, func(n int) string { return `[{"type":"section","text":` + mrkdwn(n) + `}]` }, "/blocks/0/text/text"},
	{"section fields", 10, func(n int) string { return `[{"type":"section","fields":` + times(n, same(mrkdwn(1))) + `}]` }, "/blocks/0/fields"},
	{"section field", 2000, func(n int) string { return `[{"type":"section","fields":[` + plainText(n) + `]}]` }, "/blocks/0/fields/0/text"},
	{"header", 150, func(n int) string { return `[{"type":"header","text":` + plainText(n) + `}]` }, "/blocks/0/text/text"},
	{"actions elements", 25, func(n int) string {
		return `[{"type":"actions","elements":` + times(n, func(i int) string {
			return fmt.Sprintf(`{"type":"button","action_id":"a%d","text":%s}`, i, plainText(1))
		}) + `}]`
	}, "/blocks/0/elements"},
	{"context elements", 10, func(n int) string { return `[{"type":"context","elements":` + times(n, same(mrkdwn(1))) + `}]` }, "/blocks/0/elements"},
	{"button text", 75, func(n int) string { return inActions(`{"type":"button","text":` + plainText(n) + `}`) }, "/blocks/0/elements/0/text/text"},
	{"button value", 2000, func(n int) string {
		return inActions(fmt.Sprintf(`{"type":"button","text":%s,"value":%q}`, plainText(1), rep(n)))
	}, "/blocks/0/elements/0/value"},
	{"button url", 3000, func(n int) string {
		return inActions(fmt.Sprintf(`{"type":"button","text":%s,"url":"https://a.b/%s"}`, plainText(1), strings.Repeat("a", n-12)))
	}, "/blocks/0/elements/0/url"},
	{"button accessibility_label", 75, func(n int) string {
		return inActions(fmt.Sprintf(`{"type":"button","text":%s,"accessibility_label":%q}`, plainText(1), rep(n)))
	}, "/blocks/0/elements/0/accessibility_label"},
	{"action_id", 255, func(n int) string {
		return inActions(fmt.Sprintf(`{"type":"button","text":%s,"action_id":%q}`, plainText(1), rep(n)))
	}, "/blocks/0/elements/0/action_id"},
	{"confirm title", 100, func(n int) string {
		return inActions(`{"type":"button","text":` + plainText(1) + `,"confirm":{"title":` + plainText(n) + `,"text":` + mrkdwn(1) + `,"confirm":` + plainText(1) + `}}`)
	}, "/blocks/0/elements/0/confirm/title/text"},
	{"confirm text", 300, func(n int) string {
		return inActions(`{"type":"button","text":` + plainText(1) + `,"confirm":{"title":` + plainText(1) + `,"text":` + mrkdwn(n) + `,"confirm":` + plainText(1) + `}}`)
	}, "/blocks/0/elements/0/confirm/text/text"},
	{"confirm button", 30, func(n int) string {
		return inActions(`{"type":"button","text":` + plainText(1) + `,"confirm":{"title":` + plainText(1) + `,"text":` + mrkdwn(1) + `,"confirm":` + plainText(n) + `,"deny":` + plainText(1) + `}}`)
	}, "/blocks/0/elements/0/confirm/confirm/text"},
	{"confirm deny", 30, func(n int) string {
		return inActions(`{"type":"button","text":` + plainText(1) + `,"confirm":{"title":` + plainText(1) + `,"text":` + mrkdwn(1) + `,"confirm":` + plainText(1) + `,"deny":` + plainText(n) + `}}`)
	}, "/blocks/0/elements/0/confirm/deny/text"},
	{"option text", 75, func(n int) string { return inInput(`{"type":"static_select","options":[` + option(n, 1) + `]}`) }, "/blocks/0/element/options/0/text/text"},
	{"option value", 150, func(n int) string { return inInput(`{"type":"static_select","options":[` + option(1, n) + `]}`) }, "/blocks/0/element/options/0/value"},
	{"options", 100, func(n int) string {
		return inInput(`{"type":"static_select","options":` + times(n, same(option(1, 1))) + `}`)
	}, "/blocks/0/element/options"},
	{"overflow options", 5, func(n int) string {
		return inActions(`{"type":"overflow","options":` + times(n, same(option(1, 1))) + `}`)
	}, "/blocks/0/elements/0/options"},
	{"radio options", 10, func(n int) string {
		return inInput(`{"type":"radio_buttons","options":` + times(n, same(option(1, 1))) + `}`)
	}, "/blocks/0/element/options"},
	{"checkboxes", 10, func(n int) string {
		return inInput(`{"type":"checkboxes","options":` + times(n, same(option(1, 1))) + `}`)
	}, "/blocks/0/element/options"},
	{"placeholder", 150, func(n int) string { return inInput(`{"type":"plain_text_input","placeholder":` + plainText(n) + `}`) }, "/blocks/0/element/placeholder/text"},
	{"plain_text_input initial value", 3000, func(n int) string {
		return inInput(fmt.Sprintf(`{"type":"plain_text_input","initial_value":%q}`, rep(n)))
	}, "/blocks/0/element/initial_value"},
	{"plain_text_input max_length", 3000, func(n int) string { return inInput(fmt.Sprintf(`{"type":"plain_text_input","max_length":%d}`, n)) }, "/blocks/0/element/max_length"},
	{"input label", 2000, func(n int) string {
		return `[{"type":"input","label":` + plainText(n) + `,"element":{"type":"plain_text_input"}}]`
	}, "/blocks/0/label/text"},
	{"input hint", 2000, func(n int) string {
		return `[{"type":"input","label":` + plainText(1) + `,"hint":` + plainText(n) + `,"element":{"type":"plain_text_input"}}]`
	}, "/blocks/0/hint/text"},
	{"image alt_text", 2000, func(n int) string {
		return fmt.Sprintf(`[{"type":"image","image_url":"https://a.b/c.png","alt_text":%q}]`, rep(n))
	}, "/blocks/0/alt_text"},
	{"table rows", 100, func(n int) string {
		return `[{"type":"table","rows":` + times(n, same(`[{"type":"raw_text","text":"a"}]`)) + `}]`
	}, "/blocks/0/rows"},
	{"table columns", 20, func(n int) string {
		return `[{"type":"table","rows":[` + times(n, same(`{"type":"raw_text","text":"a"}`)) + `]}]`
	}, "/blocks/0/rows/0"},
	{"card title", 150, func(n int) string { return `[{"type":"card","title":` + mrkdwn(n) + `}]` }, "/blocks/0/title/text"},
	{"card subtitle", 150, func(n int) string {
		return `[{"type":"card","title":` + mrkdwn(1) + `,"subtitle":` + mrkdwn(n) + `}]`
	}, "/blocks/0/subtitle/text"},
	{"card body", 200, func(n int) string { return `[{"type":"card","body":` + mrkdwn(n) + `}]` }, "/blocks/0/body/text"},
	{"card actions", 3, func(n int) string {
		return `[{"type":"card","actions":` + times(n, func(i int) string {
			return fmt.Sprintf(`{"type":"button","action_id":"a%d","text":%s}`, i, plainText(1))
		}) + `}]`
	}, "/blocks/0/actions"},
	{"carousel", 10, func(n int) string {
		return `[{"type":"carousel","elements":` + times(n, same(`{"type":"card","title":`+mrkdwn(1)+`}`)) + `}]`
	}, "/blocks/0/elements"},
	{"markdown", 12000, func(n int) string { return fmt.Sprintf(`[{"type":"markdown","text":%q}]`, rep(n)) }, "/blocks/0/text"},
}

func TestLimitsOfMessages(t *testing.T) {
	t.Parallel()
	for _, c := range atTheEdge {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := slacktest.ValidateMessage("t", json.RawMessage(c.blocks(c.limit))); err != nil {
				t.Errorf("%d: got %v, want nil", c.limit, err)
			}
			var bad *slacktest.Invalid
			err := slacktest.ValidateMessage("t", json.RawMessage(c.blocks(c.limit+1)))
			if !errors.As(err, &bad) || bad.Code != "invalid_blocks" || !strings.HasSuffix(bad.Problems[0], "[json-pointer:"+c.pointer+"]") {
				t.Errorf("%d: got %v, want invalid_blocks at %s", c.limit+1, err, c.pointer)
			}
		})
	}
}

func TestSizeOfMessages(t *testing.T) {
	t.Parallel()
	sections := func(n int) string { // 4 whole sections and the rest
		return times(5, func(i int) string {
			if i < 4 {
				return `{"type":"section","text":` + mrkdwn(3000) + `}`
			}
			return `{"type":"section","text":` + mrkdwn(n-12000) + `}`
		})
	}
	markdowns := func(n int) string {
		return fmt.Sprintf(`[{"type":"markdown","text":%q},{"type":"markdown","text":%q}]`, rep(6000), rep(n-6000))
	}
	for _, c := range []struct{ text, blocks, want string }{
		{"", "", "no_text"}, {" ", "[]", "no_text"}, {"a", "", ""}, {"", `[{"type":"divider"}]`, ""},
		{rep(40000), "", ""}, {rep(40001), "", "msg_too_long"},
		{"a", "{", "invalid_blocks_format"}, {"a", `{"type":"divider"}`, "invalid_blocks_format"}, {"a", `["a"]`, "invalid_blocks_format"},
		{"a", sections(13200), ""}, {"a", sections(13201), "msg_blocks_too_long"},
		{"a", markdowns(12000), ""}, {"a", markdowns(12001), "msg_blocks_too_long"},
	} {
		err := slacktest.ValidateMessage(c.text, json.RawMessage(c.blocks))
		if got := codeOf(err); got != c.want {
			t.Errorf("ValidateMessage(%.20q, %.60s): got %q, want %q", c.text, c.blocks, got, c.want)
		}
	}
}

func codeOf(err error) string {
	var bad *slacktest.Invalid
	if errors.As(err, &bad) {
		return bad.Code
	}
	return ""
}

func TestRulesOfBlocks(t *testing.T) {
	t.Parallel()
	button := `{"type":"button","text":` + plainText(1) + `,"action_id":"a"}`
	for _, c := range []struct{ blocks, want string }{
		{`[{"type":"section","text":{"type":"mrkdwn","text":"a","emoji":true}}]`, "invalid additional property: emoji"},
		{`[{"type":"section","text":{"type":"plain_text","text":"a","emoji":true}}]`, ""},
		{`[{"type":"section","text":{"type":"mrkdwn","text":""}}]`, "must be more than 0 characters"},
		{`[{"type":"section"}]`, "missing required field: text or fields"},
		{`[{"type":"section","text":` + mrkdwn(1) + `,"accessory":null}]`, ""},
		{`[{"type":"header","text":` + mrkdwn(1) + `}]`, "unsupported type: mrkdwn"},
		{`[{"type":"header"}]`, "missing required field: text"},
		{`[{"text":"a"}]`, "missing required field: type"},
		{`[{"type":"carrousel"}]`, "unsupported type: carrousel"},
		{`[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, "block_id `a` already exists"},
		{inActions(button + "," + button), "`action_id` `a` already exists"},
		{inActions(`{"type":"button"}`), "missing required field: text"},
		{inActions(`{"type":"button","text":` + plainText(1) + `,"style":"default"}`), "must be a valid enum value"},
		{inActions(`{"type":"button","text":` + plainText(1) + `,"url":"nowhere"}`), "must be a valid URL"},
		{inActions(`{"type":"plain_text_input"}`), "unsupported type: plain_text_input"},
		{inActions(`{"type":"multi_users_select"}`), ""},
		{`[{"type":"actions","elements":[]}]`, "must be more than 0 items"},
		{`[{"type":"context","elements":[` + button + `]}]`, "unsupported type: button"},
		{`[{"type":"context","elements":[{"type":"image","image_url":"https://a.b/c","alt_text":"c"}]}]`, ""},
		{`[{"type":"image","alt_text":"a"}]`, "missing required field: image_url or slack_file"},
		{`[{"type":"image","slack_file":{"id":"F0123ABCD"},"alt_text":"a"}]`, ""},
		{`[{"type":"image","slack_file":{"id":"F1"},"alt_text":"a"}]`, "must match regex pattern"},
		{`[{"type":"image","slack_file":{"id":"F0123ABCD","url":"https://files.slack.com/a.png"},"alt_text":"a"}]`, "only one of id and url"},
		{inInput(`{"type":"file_input"}`), "unsupported type: file_input"},
		{inInput(`{"type":"number_input"}`), "missing required field: is_decimal_allowed"},
		{inInput(`{"type":"static_select"}`), "missing required field: options or option_groups"},
		{inInput(`{"type":"static_select","options":[` + option(1, 1) + `],"initial_option":` + option(2, 2) + `}`), "is not among the options"},
		{inInput(`{"type":"plain_text_input","min_length":3,"max_length":2}`), "min_length must not exceed max_length"},
		{`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]}]`, ""},
		{`[{"type":"rich_text","elements":[{"type":"text","text":"a"}]}]`, "unsupported type: text"},
		{`[{"type":"table","rows":[[{"type":"rich_text","elements":[]},{"type":"raw_number","value":1}]],"column_settings":[null,{"align":"right","is_wrapped":true}]}]`, ""},
		{`[{"type":"table","rows":[[{"type":"mrkdwn","text":"a"}]]}]`, "unsupported type: mrkdwn"},
		{`[{"type":"file","external_id":"a","source":"remote"},{"type":"plan","title":"x"}]`, ""},

		{`[{"type":"section","text":{"type":"plain_text","text":"a","verbatim":true}}]`, "invalid additional property: verbatim"},
		{`[{"type":"section","text":{"type":"mrkdwn","text":"a","verbatim":true}}]`, ""},
		{inInput(`{"type":"static_select","options":[{"text":` + plainText(1) + `,"value":"a","url":"https://a.b"}]}`), "invalid additional property: url"},
		{inInput(`{"type":"radio_buttons","options":[{"text":` + plainText(1) + `,"value":"a","url":"https://a.b"}]}`), "invalid additional property: url"},
		{inActions(`{"type":"overflow","options":[{"text":` + plainText(1) + `,"value":"a","url":"https://a.b"}]}`), ""},
		{`[{"type":"image","image_url":"ftp://a.b/c.png","alt_text":"a"}]`, "must be a valid URL"},
		{`[{"type":"image","image_url":"javascript:alert(1)","alt_text":"a"}]`, "must be a valid URL"},
		{`[{"type":"image","image_url":"https:///c.png","alt_text":"a"}]`, "must be a valid URL"},
		{`[{"type":"context","elements":[{"type":"image","image_url":"ftp://a.b/c","alt_text":"c"}]}]`, "must be a valid URL"},
		{`[{"type":"image","image_url":"http://a.b/c.png","alt_text":"a"}]`, ""},
		{`[{"type":"image","image_url":"https://a.b/c","slack_file":{"id":"F0123ABCD"},"alt_text":"a"}]`, "only one of image_url and slack_file"},
		{`[{"type":"section","text":` + mrkdwn(1) + `,"accessory":{"type":"image","image_url":"https://a.b/c","slack_file":{"id":"F0123ABCD"},"alt_text":"a"}}]`, "only one of image_url and slack_file"},
		{inInput(`{"type":"datepicker","initial_date":"2026-02-30"}`), "must be a date"},
		{inInput(`{"type":"datepicker","initial_date":"2026-2-3"}`), "must be a date"},
		{inInput(`{"type":"datepicker","initial_date":"2028-02-29"}`), ""},
		{inInput(`{"type":"timepicker","initial_time":"24:00"}`), "must be a time"},
		{inInput(`{"type":"timepicker","initial_time":"09:05","timezone":"Asia/Shanghai"}`), ""},
		{inInput(`{"type":"timepicker","timezone":"Asia/Peking"}`), "must be a valid timezone"},
		{inInput(`{"type":"datetimepicker","initial_date_time":99}`), "must be at least"},
		{inInput(`{"type":"plain_text_input","initial_value":"abc","max_length":2}`), "must be less than 3 characters"},
		{inInput(`{"type":"plain_text_input","initial_value":"字字","max_length":2}`), ""},
		{inInput(`{"type":"number_input","is_decimal_allowed":true,"min_value":"10","max_value":"9.5"}`), "min_value must not exceed max_value"},
		{inInput(`{"type":"number_input","is_decimal_allowed":true,"min_value":"-1","max_value":"9"}`), ""},
		{richText(`{"type":"emphasis","text":"a"}`), "unsupported type: emphasis"},
		{richText(`{"type":"text","text":"a","style":{"bold":true,"blink":true}}`), "invalid additional property: blink"},
		{richText(`{"type":"text","text":"a","style":{"bold":"yes"}}`), "must be a boolean"},
		{richText(`{"type":"date","timestamp":1720710212,"format":"{date_num}"}`), ""},
		{richText(`{"type":"date","timestamp":1720710212}`), "missing required field: format"},
		{richText(`{"type":"user","user_id":"U1","style":{"highlight":true,"unlink":true}}`), ""},
		{`[{"type":"card"}]`, "missing required field: hero_image or title or actions or body"},
		{`[{"type":"card","title":` + mrkdwn(1) + `,"icon":{"type":"image","image_url":"https://a.b/c","alt_text":"a"},"slack_icon":{"type":"icon","name":"x"}}]`, "only one of icon and slack_icon"},
		{`[{"type":"carousel","elements":[]}]`, "must be more than 0 items"},
		{`[{"type":"carousel","elements":[{"type":"divider"}]}]`, "unsupported type: divider"},
		{`[{"type":"alert","text":` + mrkdwn(1) + `}]`, "unsupported type: alert"},
		{`[` + table + `,{"type":"divider"},` + table + `]`, "only_one_table_allowed"},
		{`[` + table + `,{"type":"container","title":` + plainText(1) + `,"child_blocks":[` + table + `]}]`, "only_one_table_allowed"},
	} {
		err := slacktest.ValidateMessage("t", json.RawMessage(c.blocks))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("ValidateMessage(%s): got %v, want %q", c.blocks, err, c.want)
		}
	}
}

const table = `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`

func richText(leaf string) string {
	return `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + leaf + `]}]}]`
}

func TestLimitsOfViews(t *testing.T) {
	t.Parallel()
	view := func(more, blocks string) string {
		return `{"type":"modal","title":` + plainText(1) + more + `,"blocks":` + blocks + `}`
	}
	key := func(name string) func(int) string {
		return func(n int) string { return view(fmt.Sprintf(`,%q:%q`, name, rep(n)), "[]") }
	}
	label := func(name string) func(int) string {
		return func(n int) string { return view(fmt.Sprintf(`,%q:%s`, name, plainText(n)), "[]") }
	}
	for _, c := range []struct {
		name    string
		limit   int
		view    func(int) string
		pointer string
	}{
		{"title", 24, func(n int) string { return `{"type":"modal","title":` + plainText(n) + `,"blocks":[]}` }, "/view/title/text"},
		{"submit", 24, label("submit"), "/view/submit/text"},
		{"close", 24, label("close"), "/view/close/text"},
		{"private_metadata", 3000, key("private_metadata"), "/view/private_metadata"},
		{"callback_id", 255, key("callback_id"), "/view/callback_id"},
		{"external_id", 255, key("external_id"), "/view/external_id"},
		{"blocks", 100, func(n int) string { return view("", times(n, same(`{"type":"divider"}`))) }, "/view/blocks"},
		{"max_files", 10, func(n int) string {
			return view(`,"submit":`+plainText(1), inInput(fmt.Sprintf(`{"type":"file_input","max_files":%d}`, n)))
		}, "/view/blocks/0/element/max_files"},
	} {
		if err := slacktest.ValidateView(json.RawMessage(c.view(c.limit))); err != nil {
			t.Errorf("%s %d: got %v, want nil", c.name, c.limit, err)
		}
		err := slacktest.ValidateView(json.RawMessage(c.view(c.limit + 1)))
		if codeOf(err) != "invalid_arguments" || !strings.Contains(err.Error(), "[json-pointer:"+c.pointer+"]") {
			t.Errorf("%s %d: got %v, want invalid_arguments at %s", c.name, c.limit+1, err, c.pointer)
		}
	}
	for in, want := range map[string]string{
		view("", inInput(`{"type":"plain_text_input"}`)):                        "invalid_arguments", // no submit
		view("", `[{"type":"table","rows":[[]]}]`):                              "invalid_arguments",
		`{"type":"modal","blocks":[]}`:                                          "invalid_arguments",
		`{"type":"home","blocks":[]}`:                                           "",
		`{"type":"home","title":` + plainText(1) + `,"blocks":[]}`:              "invalid_arguments",
		`{"type":"home","blocks":[{"type":"alert","text":` + mrkdwn(1) + `}]}`:  "invalid_arguments",
		view("", `[{"type":"alert","text":`+mrkdwn(200)+`,"level":"success"}]`): "",
		view("", `[{"type":"alert","text":`+mrkdwn(201)+`}]`):                   "invalid_arguments",
		view("", `[{"type":"alert","text":`+mrkdwn(1)+`,"level":"loud"}]`):      "invalid_arguments",
		`{"type":"dialog","title":` + plainText(1) + `,"blocks":[]}`:            "invalid_arguments",
		`[]`: "invalid_arguments", ``: "invalid_arguments",
		view("", "[]") + strings.Repeat(" ", 250*1024): "view_too_large",
	} {
		if got := codeOf(slacktest.ValidateView(json.RawMessage(in))); got != want {
			t.Errorf("ValidateView(%.80s): got %q, want %q", in, got, want)
		}
	}
}

func FuzzValidate(f *testing.F) {
	for _, c := range atTheEdge {
		f.Add(c.blocks(20))
	}
	f.Add(`[null,1,{"type":1,"elements":[[null]],"text":[],"rows":[1,[1]],"options":{}}]`)
	f.Add(`{"type":"modal","title":{"type":"plain_text","text":1},"blocks":[{"type":"input","element":{"type":"checkboxes","options":[1],"initial_options":[{}]}}]}`)
	f.Fuzz(func(t *testing.T, in string) {
		_ = slacktest.ValidateMessage(in, json.RawMessage(in))
		_ = slacktest.ValidateView(json.RawMessage(in))
		m := slacktest.Message{Text: in, Blocks: json.RawMessage(in), Attachments: json.RawMessage(in)}
		_, _ = m.PlainText(), m.Buttons()
	})
}
