package wechat

import (
	"testing"
	"time"

	"magpie/wechat/apis"
)

func TestCustomOnTheWire(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	for _, tc := range []struct {
		m    CustomMsg
		want string
	}{
		{CustomMsg{Text: &CustomText{"早<安>"}}, `{"touser":"oA","msgtype":"text","text":{"content":"早<安>"}}`},
		{CustomMsg{Image: &CustomMedia{"I"}}, `{"touser":"oA","msgtype":"image","image":{"media_id":"I"}}`},
		{CustomMsg{Voice: &CustomMedia{"V"}}, `{"touser":"oA","msgtype":"voice","voice":{"media_id":"V"}}`},
		{CustomMsg{Video: &CustomVideo{"V", "T", "", "D"}}, `{"touser":"oA","msgtype":"video","video":{"media_id":"V","thumb_media_id":"T","description":"D"}}`},
		{CustomMsg{Card: &CustomCard{"Tea", "wx1", "p?a=1", "T"}}, `{"touser":"oA","msgtype":"miniprogrampage","miniprogrampage":{"title":"Tea","appid":"wx1","pagepath":"p?a=1","thumb_media_id":"T"}}`},
		{CustomMsg{Card: &CustomCard{Title: "Tea", PagePath: "p", ThumbMediaID: "T"}}, `{"touser":"oA","msgtype":"miniprogrampage","miniprogrampage":{"title":"Tea","pagepath":"p","thumb_media_id":"T"}}`},
	} {
		tc.m.ToUser = "oA"
		if err := c.SendCustom(t.Context(), tc.m); err != nil {
			t.Errorf("SendCustom(%s) = %v", tc.want, err)
			continue
		}
		got := s.ReceivedOn(apis.CustomSend.Path)
		sameJSON(t, "SendCustom", got[len(got)-1].Body, tc.want)
	}
	if n := s.Phone().Notifications; len(n) != 6 || n[0].Lines[0].Value != "早<安>" || n[0].Via != "custom" {
		t.Errorf("the phone shows %+v", n)
	}
	id := published(t, s, c)
	if err := c.SendCustom(t.Context(), CustomMsg{ToUser: "oA", Article: &CustomArticle{id}}); err != nil {
		t.Errorf("SendCustom of a published article = %v", err)
	}
}

func TestCustomCheck(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	const one = "msgtype: give exactly one of text, image, voice, video, mpnewsarticle, miniprogrampage"
	send := func(m CustomMsg) error { return c.SendCustom(t.Context(), m) }
	checked(t, "nothing", send(CustomMsg{}), "touser: required\n"+one)
	checked(t, "two", send(CustomMsg{ToUser: "o", Text: &CustomText{"T"}, Image: &CustomMedia{"I"}}), one)
	checked(t, "an empty text", send(CustomMsg{ToUser: "o", Text: &CustomText{}}), "text.content: required")
	checked(t, "no picture", send(CustomMsg{ToUser: "o", Image: &CustomMedia{}}), "image.media_id: required")
	checked(t, "no voice", send(CustomMsg{ToUser: "o", Voice: &CustomMedia{}}), "voice.media_id: required")
	checked(t, "no video", send(CustomMsg{ToUser: "o", Video: &CustomVideo{}}), "video.media_id: required\nvideo.thumb_media_id: required")
	checked(t, "no article", send(CustomMsg{ToUser: "o", Article: &CustomArticle{}}), "mpnewsarticle.article_id: required")
	checked(t, "an empty card", send(CustomMsg{ToUser: "o", Card: &CustomCard{}}), "miniprogrampage.title: required\nminiprogrampage.pagepath: required\nminiprogrampage.thumb_media_id: required")
	if n := len(s.Received()); n != 0 {
		t.Errorf("%d calls were made, want none", n)
	}
}

// TestCustomWindow: five after each message, for 48 hours.
func TestCustomWindow(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	send := func(to string) string {
		return fateOf(c.SendCustom(t.Context(), CustomMsg{ToUser: to, Text: &CustomText{"T"}}))
	}
	s.Writes("oA", "hello")
	if got := send("oB"); got != "refused 45015" {
		t.Errorf("to one who never wrote: %s, want 45015", got)
	}
	for range 5 {
		if got := send("oA"); got != "done" {
			t.Fatalf("to one who wrote: %s", got)
		}
	}
	if got := send("oA"); got != "refused 45047" {
		t.Errorf("the sixth: %s, want 45047", got)
	}
	s.Writes("oA", "again")
	s.Advance(49 * time.Hour)
	if got := send("oA"); got != "refused 45015" {
		t.Errorf("49 hours later: %s, want 45015", got)
	}
	s.Refuses("oC")
	if got := send("oC"); got != "refused 48002" {
		t.Errorf("to one who refuses: %s, want 48002", got)
	}
	s.Certified(false)
	if got := send("oA"); got != "refused 48001" {
		t.Errorf("of an account that is not certified: %s, want 48001", got)
	}
}

// published has an article published and returns its article_id.
func published(t *testing.T, s interface{ Advance(time.Duration) }, c *Client) string {
	t.Helper()
	return publishedState(t, s, c).ArticleID
}

func publishedState(t *testing.T, s interface{ Advance(time.Duration) }, c *Client) *PublishState {
	t.Helper()
	draft, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("T"), draftArticle("U")})
	if err != nil {
		t.Fatal(err)
	}
	job, err := c.SubmitPublish(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Minute)
	state, err := c.GetPublish(t.Context(), job.PublishID)
	if err != nil || state.ArticleID == "" {
		t.Fatalf("GetPublish = %+v, %v", state, err)
	}
	return state
}
