package commands

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

var edits = flag.Int("edits", 100, "random edits between approval and fire")

// keptElsewhere are the kinds whose lines only name content; the lines of all others say
// all of it.
var keptElsewhere = []string{
	"subscribe.send", "template.send", "uniform.send", "mass.send", "mass.preview", "article.upload", "article.publish", "article.preview", "material.upload",
}

// A kind that is new must be named here: is its content in the line, or elsewhere? One
// whose command looks something up cannot say that all is in the line.
func TestEveryKindSaysWhereItsContentIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, kind := range KindNames {
		if got, want := d.outbox.KeptElsewhere(kind), slices.Contains(keptElsewhere, kind); got != want {
			t.Errorf("%s: keeps its content elsewhere: got %v, want %v", kind, got, want)
		}
	}
	kindOf := map[string]string{"preview": "mass.preview"}
	for _, c := range d.commands {
		kind := c.dotted()
		if k, ok := kindOf[c.Path]; ok {
			kind = k
		}
		if c.prepare != nil && !d.outbox.KeptElsewhere(kind) {
			t.Errorf("%s looks something up, and its kind %s says that all is in the line", c.Path, kind)
		}
	}
}

// anArticle is one of a draft.
func anArticle(title string) wechat.DraftArticle {
	return wechat.DraftArticle{Title: title, Author: "Mei", Digest: "About " + title, Content: "<p>" + title + "</p>", ThumbMediaID: "THUMB"}
}

func (d *desk) draft(title string) string {
	d.t.Helper()
	id, err := d.Book.wechat.AddDraft(d.t.Context(), []wechat.DraftArticle{anArticle(title)})
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// Planning asks nobody: however many fires a line is checked for, WeChat is asked once
// for each thing.
func TestPlacesInALineAreCheckedWithoutWeChat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wechat.Followers("oA", "oB", "oC")
	d.wechat.Tag(2, "vip", "oA", "oB")
	media := d.draft("Tea")
	line := fmt.Sprintf(`mass send %s tag=vip clientmsgid="m-{{date}}"`, media)
	before := len(d.wechat.Received())
	if _, err := d.Plan(t.Context(), Call{Line: strings.ReplaceAll(line, "{{date}}", "x"), Who: member}); err != nil {
		t.Fatal(err)
	}
	if got := len(d.wechat.Received()) - before; got != 0 {
		t.Errorf("Plan asked WeChat %d times, want never", got)
	}
	d.must("U1", `schedule add m "every weekday at 9" -- `+line)
	if got := len(d.wechat.Received()) - before; got > 3 {
		t.Errorf("a schedule with 31 fires checked asked WeChat %d times, want a token, the tags and the draft at most", got)
	}
	before = len(d.wechat.Received())
	d.refused("U1", `schedule add w "every monday at 9" -- mass sned `+media+` tag=vip`, "fault.schedule_inner")
	d.refused("U1", `mass send `+media+` tgа=vip`, "fault.lines")
	if got := len(d.wechat.Received()) - before; got != 0 {
		t.Errorf("corrections that were only offered asked WeChat %d times, want never", got)
	}
}

// A look-up is answered within 5 s either way, and one that takes too long names WeChat.
func TestASlowLookUpIsAnsweredInTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.wechat.Followers("oA", "oB", "oC")
	media := d.draft("Tea")
	for line, within := range map[string]time.Duration{
		"mass send M all=yes": lookingWithin, "schedule add x y -- z": lookingWithin, "schedule run x": lookingWithin, "drafts": lookingWithin,
		"activity create": acceptWithin, "approve 1": acceptWithin, `mass "`: acceptWithin,
	} {
		if got := d.Within(line); got != within {
			t.Errorf("Within(%s): got %v, want %v", line, got, within)
		}
	}
	d.wechat.Slow(time.Minute)
	begun := time.Now()
	if refusal := d.refused("U1", "mass send "+media+" all=yes", "fault.wechat_slow"); len(refusal.Buttons) != 1 {
		t.Errorf("got buttons %v, want one that says it again", refusal.Buttons)
	}
	refusal := d.refused("U1", `schedule once s "in 2 hours" -- mass send `+media+` all=yes`, "fault.schedule_inner")
	if why := refusal.Text.Args["why"].Text; why == nil || why.Key != "fault.wechat_slow" {
		t.Errorf("a schedule: got %+v, want WeChat named", refusal.Text)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("two lines took %v, want 5 s each at most", took)
	}
	d.wechat.Clear()
}

// nicks are nicknames that nobody keeps.
type nicks map[string]string

func (n nicks) Nicknames(context.Context) (map[string]string, error) { return maps.Clone(n), nil }

func (n nicks) SetNickname(_ context.Context, name, template string) error {
	n[name] = template
	return nil
}

// A nickname that has moved since it was approved would send another template, and so
// would the same template with other words.
func TestAnotherTemplateAsks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	template := func(id, words string) wechattest.Template {
		return wechattest.Template{ID: id, Title: "Title of " + id, Type: 2, Content: words + ":{{thing1.DATA}}"}
	}
	d.wechat.List(template("TPL1", "One"), template("TPL2", "Two"))
	names := nicks{"note": "TPL1"}
	d.templates = NewTemplates(d.Book.wechat, names, d.log)
	refresh := func() {
		t.Helper()
		if err := d.templates.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	refresh()
	d.must("U1", `schedule add note "every day at 9" -- subscribe send note to=A thing1=Tea`)
	d.must("U3", "approve 1")
	d.reads(1, "State: done")
	run := func() string {
		t.Helper()
		n := d.must("U1", "schedule run note").Request
		return d.reads(int(n), "State: ")
	}
	if got := run(); !strings.Contains(got, "by the schedule's approval") {
		t.Errorf("nothing has changed: got %s", got)
	}
	names["note"] = "TPL2"
	refresh()
	got := run()
	for _, want := range []string{"State: waiting", "template: “TPL1” → “TPL2”", "wording of the template: “Title of TPL1"} {
		if !strings.Contains(got, want) {
			t.Errorf("the nickname has moved: got %s, want %q in it", got, want)
		}
	}
	names["note"] = "TPL1"
	d.wechat.List(template("TPL1", "Won"), template("TPL2", "Two"))
	refresh()
	if got := run(); !strings.Contains(got, "State: waiting") || !strings.Contains(got, "Won") || strings.Contains(got, "TPL2") {
		t.Errorf("the wording is another: got %s, want it told and waiting", got)
	}
}

// The pretend WeChat's own record is compared with what was approved, byte by byte: each
// schedule is approved, its draft edited at random or not, and then it fires. `-edits N`
// says how many.
func TestWhatIsSentIsWhatWasApproved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	random := rand.New(rand.NewPCG(9, 2026))
	d.wechat.Followers("oA", "oB", "oC")
	d.wechat.Tag(2, "vip", "oA", "oB")
	for _, path := range []string{"/cgi-bin/draft/add", "/cgi-bin/draft/get", "/cgi-bin/draft/update", "/cgi-bin/message/mass/sendall", "/cgi-bin/tags/get"} {
		d.wechat.Quota(path, 1_000_000)
	}
	type one struct {
		media, name string
		schedule    int64
		request     int64
		approved    string // what whoever approves has seen last; "" where it was rejected
	}
	all := make([]*one, *edits)
	at := d.now().Add(2 * time.Hour).Truncate(time.Minute)
	for i := range all {
		o := &one{name: fmt.Sprintf("s%d", i), media: d.draft(fmt.Sprintf("Title %d", i))}
		o.schedule = d.must("U1", fmt.Sprintf(`schedule once %s "%s" -- mass send %s tag=vip`, o.name, at.UTC().Format("2006-01-02 15:04"), o.media)).Request
		o.approved = d.stands(o.media)
		d.must("U3", fmt.Sprintf("approve %d", o.schedule))
		all[i] = o
	}
	for _, o := range all {
		d.until(o.name+" is approved", func() bool { state, _, _ := d.outbox.StateOf(t.Context(), o.schedule); return state == outbox.Done })
		d.edit(random, o.media)
	}
	d.ahead.Store(int64(at.Add(time.Second).Sub(time.Now())))
	for _, o := range all {
		d.until(o.name+" has fired", func() bool { o.request = d.firedAs(o.name); return o.request > 0 })
		card, err := d.outbox.Show(t.Context(), o.request)
		if err != nil {
			t.Fatal(err)
		}
		asks := slices.ContainsFunc(card.Buttons, func(b cards.Button) bool { return b.Line == fmt.Sprintf("approve %d", o.request) })
		if same := d.stands(o.media); !asks || same == "" {
			continue
		}
		if d.stands(o.media) == o.approved {
			t.Errorf("%s asks, and its draft is what was approved", o.name)
		}
		switch random.IntN(3) {
		case 0:
			o.approved = ""
			d.must("U3", fmt.Sprintf("reject %d reason=no", o.request))
		case 1: // it is edited once more: what was approved is not what is there
			o.approved = d.stands(o.media)
			d.edit(random, o.media)
			d.must("U3", fmt.Sprintf("approve %d", o.request))
		default:
			o.approved = d.stands(o.media)
			d.must("U3", fmt.Sprintf("approve %d", o.request))
		}
	}
	byMedia := map[string]*one{}
	for _, o := range all {
		byMedia[o.media] = o
		d.until(o.name+" has ended", func() bool { state, _, _ := d.outbox.StateOf(t.Context(), o.request); return state.Ended() })
	}
	sent := map[string]int{}
	for _, m := range d.wechat.Phone().Masses {
		o := byMedia[m.MediaID]
		if got := written(t, m.Articles); got != o.approved {
			t.Errorf("%s was sent as\n%s\nand was approved as\n%s", o.name, got, o.approved)
		}
		if sent[m.MediaID]++; sent[m.MediaID] > 1 {
			t.Errorf("%s was sent %d times", o.name, sent[m.MediaID])
		}
	}
	t.Logf("%d schedules, %d sent as approved", len(all), len(sent))
	if len(sent) < len(all)/4 || len(sent) == len(all) {
		t.Errorf("%d of %d were sent: the edits leave too little to compare", len(sent), len(all))
	}
}

// stands is what WeChat's record has of a draft now, to the byte; "" where it is gone.
func (d *desk) stands(media string) string {
	d.t.Helper()
	for _, draft := range d.wechat.Console().Drafts {
		if draft.MediaID == media {
			return written(d.t, draft.Articles)
		}
	}
	return ""
}

func written(t *testing.T, articles []wechattest.DraftArticle) string {
	t.Helper()
	raw, err := json.Marshal(articles)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// edit does something to a draft, or nothing, or something and back again.
func (d *desk) edit(random *rand.Rand, media string) {
	d.t.Helper()
	var now wechattest.DraftArticle
	for _, draft := range d.wechat.Console().Drafts {
		if draft.MediaID == media {
			now = draft.Articles[0]
		}
	}
	was := wechat.DraftArticle{Title: now.Title, Author: now.Author, Digest: now.Digest, Content: now.Content, ContentSourceURL: now.ContentSourceURL, ThumbMediaID: now.ThumbMediaID}
	other := was
	extra := fmt.Sprint(random.IntN(1000))
	one := 1
	switch random.IntN(9) {
	case 0, 1, 2:
		return
	case 3:
		other.Title = "T" + extra
	case 4:
		other.Author = "A" + extra
	case 5:
		other.Digest = "D" + extra
	case 6:
		other.Content += "<p>" + extra + "</p>"
	case 7:
		other.ContentSourceURL = "https://example.com/" + extra
	case 8:
		other.NeedOpenComment = &one
	}
	for _, a := range []wechat.DraftArticle{other, was}[:1+random.IntN(5)/4] {
		if err := d.Book.wechat.UpdateDraft(d.t.Context(), wechat.DraftUpdate{MediaID: media, Article: a}); err != nil {
			d.t.Fatal(err)
		}
	}
}

// firedAs is the request that came of a schedule's fire; 0 where none has.
func (d *desk) firedAs(name string) int64 {
	d.t.Helper()
	s, err := d.schedules.Get(d.t.Context(), name)
	if err != nil {
		d.t.Fatal(err)
	}
	runs, err := d.schedules.Runs(d.t.Context(), s.ID, 1)
	if err != nil {
		d.t.Fatal(err)
	}
	if len(runs) == 0 {
		return 0
	}
	return runs[0].Request
}

func (d *desk) until(what string, done func() bool) {
	d.t.Helper()
	for range 6000 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.t.Fatalf("waited a minute until %s", what)
}
