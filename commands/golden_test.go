package commands

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew):\ngot\n%s\nwant\n%s", path, got, want)
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	b := testBook(t)
	for _, lang := range []string{"en", "zh"} {
		say := newSayer(t, lang)
		var out strings.Builder
		card, err := b.Help()
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(say.card(card))
		for _, f := range families {
			answer, err := b.Run(context.Background(), Call{Line: "help " + f.name})
			if err != nil {
				t.Fatalf("help %s: %v", f.name, err)
			}
			out.WriteString("\n" + say.card(answer.Card))
		}
		for _, c := range b.index.commands {
			if c.Hidden {
				continue
			}
			answer, err := b.Run(context.Background(), Call{Line: "help " + c.Path})
			if err != nil {
				t.Fatalf("help %s: %v", c.Path, err)
			}
			out.WriteString("\n" + say.card(answer.Card))
		}
		golden(t, "help."+lang, out.String())
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		say := newSayer(t, lang)
		var out strings.Builder
		for _, line := range []string{"subscribe send", "weapp subscribe send", "uniform send", "activity update", "news upload", "withdraw", "reject 17", "reject"} {
			plan, err := plan(t, line)
			if line == "reject 17" { // asking for the reason of it is an approver's
				plan, err = testBook(t).Plan(context.Background(), Call{Line: line, Who: admin})
			}
			if err != nil || plan.Form == nil {
				t.Fatalf("Plan(%s): got %+v, %v, want a form", line, plan, err)
			}
			out.WriteString(say.form(plan.Form) + "\n")
		}
		golden(t, "forms."+lang, out.String())
	}
}

// wrong are lines that are refused.
var wrong = []string{
	`subscribe sned T to=A thing1=x`,
	`weapp subscribe sned T to=A thing1=x`,
	`waepp subscribe send T to=A thing1=x`,
	`weapp subscribe`,
	`subscribe`,
	`send T to=A thing1=x`,
	`wibble wobble`,
	`approv 17`,
	`request waiting`,
	`subscribe send T to=A pgae=x thing1=y`,
	`subscribe send T to=A bogus=x thing1=y`,
	`subscribe send T to=A thing1=Green tea page=x`,
	`subscribe send T to=A, B thing1=Tea`,
	`subscribe send T to=A thing1="Tea`,
	`subscribe send T to=A thing1="Tea page=x`,
	`subscribe send T to=A thing1="Tea"page=x`,
	`subscribe send T to=A thing1=「茶」会`,
	`subscribe send T to=A thing1=x thing1=y`,
	`subscribe send T to=A page=x PAGE=y thing1=z`,
	`subscribe send T to=A,B，A thing1=x`,
	`subscribe send T to= thing1=x`,
	`subscribe send T to="," thing1=x`,
	`subscribe send T to=A`,
	`subscribe send T U to=A thing1=x`,
	`subscribe send T to=A lang=zh-CN thing1=x`,
	`subscribe send T to=A lang=klingon thing1=x`,
	`subscribe send T to=A thing1="a name of more than twenty characters" time2=tea miniprogram.pagepath=x`,
	`subscribe send T to=A data="tea" thing1=x`,
	`subscribe send T to=A thing1=x thing1.color=#ff0000`,
	`activity create openid=A unionid=B`,
	`activity update A`,
	`activity update A member_count=2`,
	`activity update A state=1 path=x version_type=formal`,
	`activity update A state=2 path=x`,
	`activity update A member_cuont=2 room_limit=5`,
	`uniform send to=A mp.appid=a mp.template_id=b mp.url=c first="Hello" keyword1=x`,
	`uniform send to=A mp.appid=a mp.template_id=b mp.url=c mp.data.first=x weapp.page=p`,
	`uniform send to=A mp.appid=a mp.template_id=b mp.url=c mp.data.first=x mp.miniprogram.pagepath=p`,
	`uniform send touser=A appid=a mp_template_msg.template_id=b url=c mp.data.first=x`,
	`news upload title=A thumb_media_id=B content=C show_cover_pic=1`,
	`news upload title=A thumb=B`,
	`approve 1` + strings.Repeat(` x=y`, 20),
	`approve 17 "` + strings.Repeat("long ", 1000) + `"`,
	`news upload title=A thumb=B content=C -- title=D thmub=E content=F`,
	`news upload title=A thumb=B content=C cover=2`,
	`news upload` + strings.Repeat(` -- title=A thumb=B content=C`, 9)[3:],
	`approve seventeen`,
	`approve #0`,
	`approve 17 18`,
	`reject 17 the date is wrong`,
	`requests wating`,
	`help sbuscribe send`,
	`help subscribe`,
	`article draft "Tea" words=1e3`,
	`article draft "茶" words=八百`,
	`article waive A1 nothing reason="x"`,
	`article diff A1 from=first`,
	`schedule list`,
	`template send T to=A thing1="a name of more than twenty characters"`,
	`weapp subscribe send T to=A lang=fr miniprogram_state=release number1=x`,
	`template add 99 keywords=1`,
	`template add 99 keywords=1,2,3,4,5,6 scene="more than fifteen characters"`,
	`tag list`,
	`mass send M to=@guests`,
	`mass send M all=no`,
	`drafts from=x`,
	`material list from=0`,
}

func TestWrongLinesAreRefused(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "zh"} {
		say := newSayer(t, lang)
		say.mask = true
		var out strings.Builder
		for _, line := range wrong {
			_, err := testBook(t).Run(context.Background(), Call{Line: line, Who: admin})
			refusal := refusalOf(t, line, err)
			fmt.Fprintf(&out, "> %s\n%s\n", line, say.say(refusal.Text))
			if refusal.Field != "" {
				fmt.Fprintf(&out, "(at %s)\n", refusal.Field)
			}
			for _, button := range refusal.Buttons {
				fmt.Fprintf(&out, "[%s] %s\n", say.say(button.Label), button.Line)
				if _, err := testBook(t).Plan(context.Background(), Call{Line: button.Line, Who: admin}); err != nil {
					t.Errorf("the button of %s says %s: %v", line, button.Line, err)
				}
			}
			out.WriteString("\n")
		}
		golden(t, "refusals."+lang, out.String())
	}
}
