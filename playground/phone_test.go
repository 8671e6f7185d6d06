package playground_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"magpie/playground"
	"magpie/wechat/wechattest"
)

// startAlone starts a world in which no bot is, and a client of the tea house's WeChat.
func startAlone(t *testing.T) (*playground.World, caller) {
	t.Helper()
	w, err := playground.Start(playground.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return w, newCaller(t, w.Env(), "MAIN")
}

// shown is what the page is told.
type shown struct {
	Accounts []struct {
		Phone    wechattest.Phone `json:"phone"`
		Pictures []string         `json:"pictures"`
	} `json:"accounts"`
	Received []wechattest.Received `json:"received"`
}

func look(t *testing.T, w *playground.World) (s shown) {
	t.Helper()
	resp, err := http.Get(w.URL() + "/state")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func named(mediaID string) map[string]string { return map[string]string{"media_id": mediaID} }

// sendMasses shows Alice one article and sends two, a text and the cover's image.
func sendMasses(t *testing.T, tea caller) (cover, draft string, ids []int64) {
	t.Helper()
	cover = tea.image(t)
	draft = tea.draft(t, article{Title: "Tea", ThumbMediaID: cover, Content: "<p>Steeped and <b>poured</b> for you</p>"})
	two := tea.draft(t, article{Title: "First", ThumbMediaID: cover, Content: "<p>one</p>"}, article{Title: "Second", ThumbMediaID: cover, Content: "<p>two</p>"})
	for _, m := range []struct {
		how  string
		body map[string]any
	}{
		{"preview", map[string]any{"touser": "oAlice", "msgtype": "mpnews", "mpnews": named(draft)}},
		{"sendall", map[string]any{"filter": map[string]any{"is_to_all": true}, "msgtype": "mpnews", "mpnews": named(two)}},
		{"sendall", map[string]any{"filter": map[string]any{"tag_id": 100}, "msgtype": "text", "text": map[string]any{"content": "早安 <b>"}}},
		{"send", map[string]any{"touser": []string{"oAlice", "oBob"}, "msgtype": "image", "images": map[string]any{"media_ids": []string{cover}}}},
	} {
		ids = append(ids, tea.call(t, "/cgi-bin/message/mass/"+m.how, m.body).MsgID)
	}
	return cover, draft, ids
}

func TestMassesAreOnThePhone(t *testing.T) {
	t.Parallel()
	w, tea := startAlone(t)
	cover, draft, _ := sendMasses(t, tea)

	house := look(t, w).Accounts[0]
	got := house.Phone.Masses
	if len(got) != 4 {
		t.Fatalf("the phone has %+v, want four", got)
	}
	if p := got[0]; !p.Preview || p.OpenIDs[0] != "oAlice" || p.Articles[0].Digest != "Steeped and poured for you" || p.Articles[0].Content != "" {
		t.Errorf("the preview is %+v, want Alice's, with the text's beginning and no more of it", p)
	}
	if m := got[1]; !m.All || len(m.Articles) != 2 || m.Articles[1].Title != "Second" || m.Articles[0].Digest != "" {
		t.Errorf("the articles are %+v, want both, without digests", m)
	}
	if got[2].Text != "早安 <b>" || got[2].TagID != 100 || got[3].MediaID != cover || len(got[3].OpenIDs) != 2 {
		t.Errorf("text and image are %+v and %+v", got[2], got[3])
	}
	if !slices.Contains(house.Pictures, cover) || len(house.Pictures) != 2 {
		t.Errorf("pictures = %v, want the cover, beside that of the draft that is there", house.Pictures)
	}
	if kept := tea.call(t, "/cgi-bin/draft/get", named(draft)).News; len(kept) != 1 || !strings.Contains(kept[0].Content, "poured") {
		t.Errorf("the draft is %+v, want it as it was", kept)
	}
}

func TestReadersSeeMassesOnThePage(t *testing.T) {
	w, tea := startAlone(t)
	s := &stage{t: t, url: w.URL(), ctx: openBrowser(t, findBrowser(t))}
	s.size(1280, 1400)
	_, _, ids := sendMasses(t, tea)
	s.do("open the page", chromedp.Navigate(s.url))
	s.sees(`.mass[data-mass="preview"]`, "Acme Tea", "preview", "Tea", "Steeped and poured for you", "for oAlice alone")
	s.seesPicture(`.mass[data-mass="preview"] img`)
	s.sees(`.mass[data-account="main"]`, "First", "Second", "to all followers")
	s.sees(".mass", "早安 <b>", "to the followers with tag 100")
	s.seesPicture(".mass .box > img")
	s.sees(".mass:has(.box > img)", "to 2 followers")
	s.picture("masses")

	t.Log("What was taken back is no more to be read; its card stays.")
	stepped, err := http.Post(w.URL()+"/clock", "application/json", strings.NewReader(`{"minutes": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	stepped.Body.Close() // it has been sent by now
	tea.call(t, "/cgi-bin/message/mass/delete", map[string]any{"msg_id": ids[1]})
	s.seesNot(".mass", "Second")
	s.sees(".mass", "The publisher has deleted this.", "to all followers")
	s.click("#lang")
	s.sees(".mass", "该内容已被发布者删除", "发给全部粉丝")
	s.sees(`.mass[data-mass="preview"]`, "预览", "仅发给 oAlice")
	s.picture("masses-chinese")
}

func TestPicturesOfTheMaterialAlone(t *testing.T) {
	t.Parallel()
	w, tea := startAlone(t)
	cover := tea.image(t)
	arrived := len(look(t, w).Received)
	for _, c := range []struct {
		path string
		want int
	}{
		{"/pictures/main/" + cover, 200},
		{"/pictures/shop-mini/" + cover, 404},
		{"/pictures/main/nothing", 404},
		{"/pictures/main/cgi-bin%2Ftoken", 404},
	} {
		resp, err := http.Get(w.URL() + c.path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.want {
			t.Errorf("GET %s = %d, want %d", c.path, resp.StatusCode, c.want)
		}
		if kind := resp.Header.Get("Content-Type"); c.want == 200 && !strings.HasPrefix(kind, "image/") {
			t.Errorf("GET %s is %s, want an image", c.path, kind)
		}
	}
	if now := len(look(t, w).Received); now != arrived {
		t.Errorf("%d calls arrived for the pictures, want none", now-arrived)
	}
}
