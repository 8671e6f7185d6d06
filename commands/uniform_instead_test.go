package commands

import (
	"context"
	"slices"
	"testing"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
)

// Each line that replaces a uniform message is one that can be said, to the same people, with
// what the template shows.
func TestWhatReplacesAUniformMessage(t *testing.T) {
	t.Parallel()
	both := wechat.UniformMsg{
		Weapp: &wechat.WeappTemplateMsg{TemplateID: "W 1", Page: "p?a=1", FormID: "F", Data: map[string]wechat.DataValue{"thing1": {Value: "Tea \"one\""}}, EmphasisKeyword: "thing1.DATA"},
		MP: &wechat.MPTemplateMsg{AppID: "wx1 ", TemplateID: "T", URL: "http://x?a=1&b=2", Miniprogram: &wechat.Miniprogram{AppID: "wx9", PagePath: "p"}, Data: map[string]wechat.DataValue{
			"first": {Value: "Hello"}, "keyword1": {Value: "Tea", Color: "#173177"}, "oddname": {Value: "x"}, "remark": {Value: "Bye"},
		}},
	}
	for _, test := range []struct {
		name  string
		b     *Book
		lines []string
	}{
		{"one account", accountsBook(t, ""), []string{
			`template send T to=oA url="http://x?a=1&amp;b=2" miniprogram.appid=wx9 miniprogram.pagepath=p data.oddname=x keyword1=Tea`,
			`weapp subscribe send "W 1" to=oA page="p?a=1" thing1="Tea \"one\""`,
		}},
		{"the named account is served", accountsBook(t, wechat.ServiceAccount, wechat.MiniProgram).on("wx2"), []string{
			`template send T to=oA url="http://x?a=1&amp;b=2" miniprogram.appid=wx9 miniprogram.pagepath=p data.oddname=x keyword1=Tea account=a1`,
			`weapp subscribe send "W 1" to=oA page="p?a=1" thing1="Tea \"one\"" account=a2`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := uniformInstead(test.b, both, "oA"); !slices.Equal(got, test.lines) {
				t.Errorf("got  %q\nwant %q", got, test.lines)
			}
			for _, button := range insteadOfUniform(test.b, outbox.Ask{Recipients: []string{"oA"}, Payload: both}) {
				if _, err := test.b.Plan(context.Background(), Call{Line: button.Line, Who: member}); err != nil {
					t.Errorf("%s: %v", button.Line, err)
				}
			}
		})
	}
	// There is a button for the half that is of the account itself: @vip of another is
	// another list.
	b := accountsBook(t, "")
	said := insteadOfUniform(b, outbox.Ask{Audience: "vip", Payload: both})
	if len(said) != 1 || said[0].Line != `weapp subscribe send "W 1" to=@vip page="p?a=1" thing1="Tea \"one\""` {
		t.Errorf("to an audience: got %+v", said)
	}
	long := make([]string, 100)
	for i := range long {
		long[i] = "oAAAAAAAAAAAAAAAAAAAAAAAAAA"
	}
	for _, of := range [][]string{nil, long} { // of an audience a card does not know the name
		if got := uniformWithdrawn(b, both, of)[2].Args["line"].Text; got.Words[""] != `/wechat weapp subscribe send "W 1" to=… page="p?a=1" thing1="Tea \"one\""` {
			t.Errorf("on a card for %d people: got %q", len(of), got.Words[""])
		}
	}
}

// A template message warns of what nobody will see, and of nothing else.
func TestWhatATemplateMessageDoesNotShow(t *testing.T) {
	t.Parallel()
	say := newSayer(t, "en")
	for want, data := range map[string]map[string]wechat.DataValue{
		"":                       {"keyword1": {Value: "x"}, "firsts": {Value: "x"}},
		"first":                  {"first": {Value: "x"}},
		"colours":                {"keyword1": {Value: "x", Color: "#173177"}},
		"first, remark, colours": {"remark": {Value: "x", Color: "#173177"}, "first": {Value: "x"}},
	} {
		got := ""
		for _, warned := range unshown(data) {
			for i, one := range warned.Args["what"].List {
				if i > 0 {
					got += ", "
				}
				got += trimCode(say.say(*one.Text))
			}
		}
		if got != want {
			t.Errorf("%v: warns of %q, want %q", data, got, want)
		}
	}
}

func trimCode(s string) string {
	if len(s) > 1 && s[0] == '`' {
		return s[1 : len(s)-1]
	}
	return s
}

// The form of an earlier template asks for what is shown; the other lines may stay empty.
func TestFormsDoNotAskForWhatIsNotShown(t *testing.T) {
	t.Parallel()
	c := testBook(t).index.lookup("template send")
	template := wechat.Template{ID: "T", Title: "T", Kind: wechat.TemplateService, Fields: []wechat.TemplateField{{Name: "first"}, {Name: "keyword1", Label: "商品"}, {Name: "remark"}}}
	form := c.templateForm("template send T", template, []Word{{Text: "T"}}, nil)
	required := map[string]bool{}
	for _, in := range form.Inputs {
		required[in.Key] = in.Required
	}
	if required["first"] || !required["keyword1"] || required["remark"] {
		t.Errorf("required are %v, want keyword1 alone of the fields", required)
	}
	if at := slices.IndexFunc(form.Inputs, func(in cards.Input) bool { return in.Key == "first" }); form.Inputs[at].Hint.Key != "answer.template_unshown_hint" {
		t.Errorf("first: got the hint %+v", form.Inputs[at].Hint)
	}
}
