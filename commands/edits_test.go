package commands

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"magpie/cards"
	"magpie/outbox"
	"magpie/wechat"
	"magpie/wechat/wechattest"
)

var edits = flag.Int("edits", 100, "random edits between approval and fire")

// The pretend WeChat's own record is compared with what was approved, byte by byte: each
// schedule is approved, its draft edited at random or not, and then it fires. `-edits N`
// says how many. Of the drafts some have several articles, some are of pictures, and some
// are published rather than sent.
func TestWhatIsSentIsWhatWasApproved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	random := rand.New(rand.NewPCG(9, 2026))
	d.wechat.Followers("oA", "oB", "oC")
	d.wechat.Tag(2, "vip", "oA", "oB")
	for _, path := range []string{"/cgi-bin/draft/add", "/cgi-bin/draft/get", "/cgi-bin/draft/update", "/cgi-bin/message/mass/sendall", "/cgi-bin/tags/get"} {
		d.wechat.Quota(path, 1_000_000)
	}
	for _, path := range []string{"/cgi-bin/freepublish/submit", "/cgi-bin/freepublish/get"} {
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
		o := &one{name: fmt.Sprintf("s%d", i)}
		line := "mass send %s tag=vip"
		switch title := fmt.Sprintf("Title %d", i); i % 4 {
		case 0:
			o.media = d.draft(title)
		case 1:
			o.media = d.draft(title, anArticle(title+" b"), anArticle(title+" c"))
		case 2:
			o.media = d.drafts(ofPictures(title))
		case 3:
			o.media = d.draft(title)
			line = "article publish A" + fmt.Sprint(d.filed(o.media)) + "%.0s"
		}
		o.schedule = d.must("U1", fmt.Sprintf(`schedule once %s "%s" -- `+line, o.name, at.UTC().Format("2006-01-02 15:04"), o.media)).Request
		o.approved = d.stands(o.media)
		d.must("U3", fmt.Sprintf("approve %d", o.schedule))
		all[i] = o
	}
	for _, o := range all {
		d.until(o.name+" is approved", func() bool { state, _, _ := d.outbox.StateOf(t.Context(), o.schedule); return state == outbox.Done })
		d.edit(random, o.media)
	}
	d.ahead.Store(int64(time.Until(at.Add(time.Second))))
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
	went := func(media, got string) {
		t.Helper()
		o := byMedia[media]
		if got != o.approved {
			t.Errorf("%s was sent as\n%s\nand was approved as\n%s", o.name, got, o.approved)
		}
		if sent[media]++; sent[media] > 1 {
			t.Errorf("%s was sent %d times", o.name, sent[media])
		}
	}
	for _, m := range d.wechat.Phone().Masses {
		went(m.MediaID, written(t, m.Articles))
	}
	for _, call := range d.wechat.ReceivedOn("/cgi-bin/freepublish/submit") {
		var in struct {
			MediaID string `json:"media_id"`
		}
		if err := json.Unmarshal(call.Body, &in); err != nil {
			t.Fatal(err)
		}
		went(in.MediaID, d.publishedAs(in.MediaID))
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
	var was, other wechat.DraftArticle
	index := 0
	for _, draft := range d.wechat.Console().Drafts {
		if draft.MediaID == media {
			index = random.IntN(len(draft.Articles))
			raw := written(d.t, draft.Articles[index:index+1])
			for _, into := range []*wechat.DraftArticle{&was, &other} {
				if err := json.Unmarshal([]byte(raw[1:len(raw)-1]), into); err != nil {
					d.t.Fatal(err)
				}
			}
		}
	}
	extra := fmt.Sprint(random.IntN(1000))
	one, kinds := 1, 9
	if was.ImageInfo != nil {
		kinds = 12
	}
	switch random.IntN(kinds) {
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
	case 9:
		other.ImageInfo.ImageList = append(other.ImageInfo.ImageList, wechat.ImageID{ImageMediaID: "THUMB"})
	case 10:
		other.ImageInfo.ImageList = []wechat.ImageID{{ImageMediaID: "THUMB"}, {ImageMediaID: "THUMB"}, {ImageMediaID: "THUMB"}}[:1+random.IntN(3)]
	case 11:
		other.ProductInfo.FooterProductInfo.ProductKey = "key " + extra
	}
	for _, a := range []wechat.DraftArticle{other, was}[:1+random.IntN(5)/4] {
		if err := d.Book.wechat.UpdateDraft(d.t.Context(), wechat.DraftUpdate{MediaID: media, Index: index, Article: a}); err != nil {
			d.t.Fatal(err)
		}
	}
}

// publishedAs waits until a draft is there for everybody to read, and is what it says, to the
// byte.
func (d *desk) publishedAs(media string) (got string) {
	d.t.Helper()
	d.until(media+" is published", func() bool {
		for _, news := range d.wechat.Console().Published {
			if news.DraftID == media {
				got = written(d.t, news.Articles)
			}
		}
		return got != ""
	})
	return got
}

// ofPictures is an article of two pictures, with a product below.
func ofPictures(title string) wechat.DraftArticle {
	a := wechat.DraftArticle{ArticleType: "newspic", Title: title, Content: title, ImageInfo: new(wechat.ImageInfo), ProductInfo: new(wechat.ProductInfo)}
	a.ImageInfo.ImageList = []wechat.ImageID{{ImageMediaID: "THUMB"}, {ImageMediaID: "THUMB"}}
	a.ProductInfo.FooterProductInfo.ProductKey = "key"
	return a
}

// filed makes an article of magpie's of which WeChat has this draft.
func (d *desk) filed(media string) int {
	d.t.Helper()
	d.articled++
	n := d.articled
	d.exec(`insert into article (n, state, brief, source, lang, words, style, asked_title, asked_by, channel, thread, asked_at, revision)
		values ($1, 'ready', '', '', 'en', 0, 'plain', '', 'U1', 'C1', '', 1, 1)`, n)
	d.exec(`insert into article_revision (article, n, text, how, who, note, at) values ($1, 1, '# Tea', 'imported', 'U1', '', 1)`, n)
	d.exec(`insert into article_filing (id, account, request, target, members, revisions, state, media_id, at, filed_at) values ($1, 'wx1', 0, 'draftbox', $2, '[1]', 'filed', $1, $3, $3)`,
		media, fmt.Sprintf("[%d]", n), time.Now().Add(24*time.Hour).UnixMilli())
	return n
}

// firedAs is the request that came of a schedule's fire; 0 where none has.
func (d *desk) firedAs(name string) int64 {
	d.t.Helper()
	s, err := d.schedules.Get(d.t.Context(), "wx1", name)
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
