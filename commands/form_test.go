package commands

import (
	"reflect"
	"strings"
	"testing"
)

func TestSubmittingIsSayingTheLine(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	for _, test := range []struct {
		form   string
		values map[string]string
		line   string
	}{
		{"subscribe send", map[string]string{"TEMPLATE_ID": "T", "to": "A\nB", "lang": "zh_CN", "page": " ", "data": "thing1=Green tea\n\ntime2 ＝ 15：00\nthing3=\"quoted\"\nthing4=a=b"},
			`subscribe send T to="A` + "\n" + `B" lang=zh_CN thing1="Green tea" time2=15:00 thing3=quoted thing4="a=b"`},
		{"uniform send", map[string]string{"to": "A", "mp.appid": "a", "mp.template_id": "t", "mp.url": "http://x?a=1&b=2", "mp.data": "first=Hello\nfirst.color=#173177"},
			`uniform send to=A mp.appid=a mp.template_id=t mp.url="http://x?a=1&amp;b=2" mp.data.first=Hello mp.data.first.color=#173177`},
		{"activity update", map[string]string{"ACTIVITY_ID": "-a=b", "state": "1", "path": "?foo=bar", "version_type": "release"},
			`activity update "-a=b" state=1 path="?foo=bar" version_type=release`},
		{"news upload", map[string]string{"title": "T", "thumb": "M", "content": "<p>\n&nbsp;\"x\"</p>\\"},
			"news upload title=T thumb=M content=\"&lt;p&gt;\n&amp;nbsp;\\\"x\\\"&lt;/p&gt;\"「\\」"},
	} {
		got := b.Submitted(test.form, test.values)
		if want := test.line; got != want {
			t.Errorf("Submitted(%s):\ngot  %s\nwant %s", test.form, got, want)
		}
		if _, err := plan(t, got); err != nil {
			t.Errorf("Plan(%s): %v", got, err)
		}
	}
}

func TestAFormIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	for _, test := range []struct {
		name   string
		form   string
		values map[string]string
		field  string
		key    string
	}{
		{"a line that is no field", "subscribe send", map[string]string{"TEMPLATE_ID": "T", "to": "A", "data": "thing1=Tea\ngreen"}, "data", "fault.data_line"},
		{"a field that breaks WeChat's rule", "subscribe send", map[string]string{"TEMPLATE_ID": "T", "to": "A", "data": "time1=soon"}, "data", "fault.field"},
		{"a field given twice", "subscribe send", map[string]string{"TEMPLATE_ID": "T", "to": "A", "data": "time1=15:00\ntime1=16:00"}, "data", "fault.twice"},
		{"a person twice", "subscribe send", map[string]string{"TEMPLATE_ID": "T", "to": "A B A", "data": "thing1=x"}, "to", "fault.openid_twice"},
		{"what the state needs", "activity update", map[string]string{"ACTIVITY_ID": "A", "member_count": "2"}, "room_limit", "fault.field"},
		{"half a Mini Program", "subscribe send", map[string]string{"TEMPLATE_ID": "T", "to": "A", "data": "thing1=x", "miniprogram.pagepath": "p"}, "miniprogram.appid", "fault.field"},
		{"no number", "approve", map[string]string{"N": "x"}, "N", "fault.number"},
		{"no whole number", "article draft", map[string]string{"BRIEF": "Tea", "words": "many"}, "words", "fault.whole"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			line := b.Submitted(test.form, test.values)
			_, err := b.Plan(t.Context(), Call{Line: line, Who: member, Form: true})
			refusal := refusalOf(t, line, err)
			got := []string{refusal.Field, refusal.Text.Key}
			if want := []string{test.field, test.key}; !reflect.DeepEqual(got, want) {
				t.Errorf("Plan(%s): got %v, want %v", line, got, want)
			}
		})
	}
}

func TestWeChatsRulesAreToldInBothLanguages(t *testing.T) {
	t.Parallel()
	line := `subscribe send T to=A thing1="a name of more than twenty characters"`
	_, err := plan(t, line)
	told := refusalOf(t, line, err).Text.Args["line"].Text.Args["why"].Text
	for lang, want := range map[string]string{"en": "20 characters", "zh": "20 个字符"} {
		if !strings.Contains(told.Words[lang], want) {
			t.Errorf("Plan(%s): got %q in %s, want %q in it", line, told.Words[lang], lang, want)
		}
	}
	line = `activity update A state=1 path=x`
	_, err = plan(t, line)
	told = refusalOf(t, line, err).Text.Args["line"].Text.Args["why"].Text
	if got, want := told.Words["en"], "required when state is 1"; got != want {
		t.Errorf("Plan(%s): got %q, want %q: the line knows no target_state", line, got, want)
	}
}

func TestEveryInputOfAFormIsAnArgument(t *testing.T) {
	t.Parallel()
	for _, c := range testBook(t).index.commands {
		for _, input := range c.form(c.Path, nil).Inputs {
			if len(input.Example) > 150 {
				t.Errorf("%s %s: an example of %d characters, want at most 150", c.Path, input.Key, len(input.Example))
			}
			if len(input.Choices) > 0 && input.Lines {
				t.Errorf("%s %s has choices and lines", c.Path, input.Key)
			}
		}
	}
}
