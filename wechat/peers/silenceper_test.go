package peers

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	silenceper "github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/domain/openapi"
	"github.com/silenceper/wechat/v2/miniprogram"
	miniconfig "github.com/silenceper/wechat/v2/miniprogram/config"
	minimessage "github.com/silenceper/wechat/v2/miniprogram/message"
	"github.com/silenceper/wechat/v2/miniprogram/subscribe"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/broadcast"
	offconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/draft"
	"github.com/silenceper/wechat/v2/officialaccount/material"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	openconfig "github.com/silenceper/wechat/v2/openplatform/config"
	"github.com/silenceper/wechat/v2/util"

	"magpie/wechat/wechattest"
)

// peer is silenceper/wechat in front of one pretended WeChat. Where it calls is
// set for the whole process, so these tests run one after the other.
type peer struct {
	*wechattest.Server
	t    *testing.T
	off  *officialaccount.OfficialAccount
	mini *miniprogram.MiniProgram
}

const aesKey, eventToken = wechattest.DefaultAESKey, "token"

// pointAt leads silenceper/wechat, which has no setting for it, to another address.
func pointAt(base string) {
	util.SetURIModifier(func(uri string) string { return strings.Replace(uri, "https://api.weixin.qq.com", base, 1) })
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	s, base, stop := wechattest.Start(wechattest.Options{})
	t.Cleanup(stop)
	pointAt(base)
	wc := silenceper.NewWechat()
	wc.SetCache(cache.NewMemory())
	return &peer{
		Server: s, t: t,
		off: wc.GetOfficialAccount(&offconfig.Config{
			AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, Token: eventToken, EncodingAESKey: aesKey,
		}),
		mini: wc.GetMiniProgram(&miniconfig.Config{
			AppID: wechattest.DefaultAppID, AppSecret: wechattest.DefaultAppSecret, Token: eventToken, EncodingAESKey: aesKey, UseStableAK: true,
		}),
	}
}

func (p *peer) ok(call string, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Errorf("%s = %v", call, err)
	}
}

// refused looks for WeChat's code in what the peer says.
func (p *peer) refused(call string, err error, code int) {
	p.t.Helper()
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint(code)) {
		p.t.Errorf("%s = %v, want %d", call, err, code)
	}
}

func (p *peer) file(name, head string, size int) string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, append([]byte(head), make([]byte, size)...), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

func TestSilenceperDrafts(t *testing.T) {
	p := newPeer(t)
	d := p.off.GetDraft()
	article := &draft.Article{Title: "春茶", Content: "<p>采摘 & 品尝</p>", ThumbMediaID: "THUMB", NeedOpenComment: 1}
	id, err := d.AddDraft([]*draft.Article{article, article})
	p.ok("AddDraft", err)
	if kept := p.Console().Drafts; len(kept) != 1 || kept[0].Articles[0].Content != article.Content {
		t.Errorf("the console has %+v", kept)
	}
	got, err := d.GetDraft(id)
	p.ok("GetDraft", err)
	if len(got) != 2 || got[0].Title != "春茶" || got[0].NeedOpenComment != 1 {
		t.Errorf("GetDraft = %+v", got)
	}
	p.ok("UpdateDraft", d.UpdateDraft(&draft.Article{Title: "改", Content: "c", ThumbMediaID: "T"}, id, 1))
	total, err := d.CountDraft()
	p.ok("CountDraft", err)
	for _, without := range []bool{true, false} {
		list, err := d.PaginateDraft(0, 20, without)
		p.ok("PaginateDraft", err)
		if total != 1 || list.TotalCount != 1 || list.Item[0].MediaID != id || (list.Item[0].Content.NewsItem[0].Content == "") != without {
			t.Errorf("PaginateDraft(%v) = %+v of %d", without, list, total)
		}
	}
	p.ok("DeleteDraft", d.DeleteDraft(id))
	p.refused("DeleteDraft", d.DeleteDraft(id), 40007)
	_, err = d.AddDraft(nil)
	p.refused("AddDraft of none", err, 44003)
	_, err = d.AddDraft([]*draft.Article{{Title: strings.Repeat("题", 33), Content: "c", ThumbMediaID: "T"}})
	p.refused("AddDraft with a long title", err, 45003)
}

func TestSilenceperPublish(t *testing.T) {
	p := newPeer(t)
	id, err := p.off.GetDraft().AddDraft([]*draft.Article{{Title: "春茶", Content: "c", ThumbMediaID: "T"}})
	p.ok("AddDraft", err)
	f := p.off.GetFreePublish()
	job, err := f.Publish(id)
	p.ok("Publish", err)
	status, err := f.SelectStatus(job)
	p.ok("SelectStatus", err)
	if status.PublishStatus != 1 {
		t.Errorf("at once SelectStatus = %+v", status)
	}
	p.Advance(time.Minute)
	status, err = f.SelectStatus(job)
	p.ok("SelectStatus", err)
	if status.PublishStatus != 0 || status.PublishID != job || status.ArticleDetail.Count != 1 || status.ArticleID == "" {
		t.Errorf("SelectStatus = %+v", status)
	}
	first, err := f.First(status.ArticleID)
	p.ok("First", err)
	list, err := f.Paginate(0, 20, false)
	p.ok("Paginate", err)
	if len(first) != 1 || list.TotalCount != 1 {
		t.Errorf("First = %+v, Paginate = %+v", first, list)
	}
	p.ok("Delete", f.Delete(status.ArticleID, 0))
	p.refused("Delete", f.Delete(status.ArticleID, 0), 53600)
	_, err = f.Publish(id)
	p.refused("Publish of a draft that is gone", err, 40007)
}

func TestSilenceperMaterial(t *testing.T) {
	p := newPeer(t)
	m := p.off.GetMaterial()
	png, jpg := p.file("封面.png", "\x89PNG\r\n\x1a\n", 500), p.file("a.jpg", "\xff\xd8\xff\xe0", 500)
	address, err := m.ImageUpload(png)
	p.ok("ImageUpload", err)
	if !strings.HasPrefix(address, "https://mmbiz.qpic.cn/") {
		t.Errorf("ImageUpload = %q", address)
	}
	thumb, err := m.MediaUpload(material.MediaTypeThumb, jpg)
	p.ok("MediaUpload", err)
	image, err := m.MediaUpload(material.MediaTypeImage, png)
	p.ok("MediaUpload", err)
	if thumb.ThumbMediaID == "" || image.MediaID == "" || image.CreatedAt == 0 {
		t.Errorf("MediaUpload = %+v and %+v", thumb, image)
	}
	id, at, err := m.AddMaterial(material.MediaTypeImage, png)
	p.ok("AddMaterial", err)
	video, _, err := m.AddVideo(p.file("v.mp4", "\x00\x00\x00\x18ftypmp42", 500), "标题", "介绍")
	p.ok("AddVideo", err)
	if id == "" || at == "" || video == "" || p.Console().Materials[1].Title != "标题" {
		t.Errorf("AddMaterial = %q at %q, the console has %+v", id, at, p.Console().Materials)
	}
	count, err := m.GetMaterialCount()
	p.ok("GetMaterialCount", err)
	list, err := m.BatchGetMaterial(material.PermanentMaterialTypeImage, 0, 20)
	p.ok("BatchGetMaterial", err)
	if count.ImageCount != 1 || count.VideoCount != 1 || list.TotalCount != 1 || list.Item[0].MediaID != id {
		t.Errorf("GetMaterialCount = %+v, BatchGetMaterial = %+v", count, list)
	}
	p.ok("DeleteMaterial", m.DeleteMaterial(id))
	p.refused("DeleteMaterial", m.DeleteMaterial(id), 40007)
	_, err = m.ImageUpload(p.file("big.png", "\x89PNG\r\n\x1a\n", 1<<20))
	p.refused("ImageUpload of 1 MB", err, 40006)
	_, err = m.MediaUpload(material.MediaTypeThumb, png)
	p.refused("MediaUpload of a PNG thumb", err, 40005)
}

func TestSilenceperMessages(t *testing.T) {
	p := newPeer(t)
	template := &message.TemplateMessage{ToUser: "oA", TemplateID: "T", ClientMsgID: "M1", Data: map[string]*message.TemplateDataItem{"first": {Value: "你好", Color: "#173177"}}}
	first, err := p.off.GetTemplate().Send(template)
	p.ok("Template.Send", err)
	second, err := p.off.GetTemplate().Send(template)
	p.ok("Template.Send", err)
	if first == 0 || first != second {
		t.Errorf("Template.Send twice with one client_msg_id = %d and %d", first, second)
	}
	templates, err := p.off.GetTemplate().List()
	p.ok("Template.List", err)
	if len(templates) != 1 {
		t.Errorf("Template.List = %+v", templates)
	}
	biz := &message.SubscribeMessage{ToUser: "oA", TemplateID: "T", Data: map[string]*message.SubscribeDataItem{"thing1": {Value: "茶<叶>"}}}
	p.ok("Subscribe.Send", p.off.GetSubscribe().Send(biz))
	list, err := p.off.GetSubscribe().List()
	p.ok("Subscribe.List", err)
	if len(list) != 2 || list[1].SubType != 3 {
		t.Errorf("Subscribe.List = %+v", list)
	}
	template.ClientMsgID, template.Data = "M2", map[string]*message.TemplateDataItem{"thing1": {Value: strings.Repeat("茶", 25)}}
	_, err = p.off.GetTemplate().Send(template)
	p.refused("Template.Send of a long thing1", err, 47003)
	if n := p.Phone().Notifications; len(n) != 2 || len(n[0].Lines) != 0 || n[1].Lines[0].Value != "茶<叶>" {
		t.Errorf("the phone shows %+v", n)
	}
	p.Refuses("oA")
	p.refused("Subscribe.Send", p.off.GetSubscribe().Send(biz), 43101)
	p.Refuses()
	p.Templates("other")
	_, err = p.off.GetTemplate().Send(template)
	p.refused("Template.Send", err, 40037)
}

// TestSilenceperTemplateLibrary: both of its clients add and delete. Of a title's number the one
// for Mini Programs reads a string and the other a number, as the page's example has it; so
// titles are asked for with that one.
func TestSilenceperTemplateLibrary(t *testing.T) {
	p := newPeer(t)
	off, mini := p.off.GetSubscribe(), p.mini.GetSubscribe()
	categories, err := mini.GetCategory()
	p.ok("GetCategory", err)
	theirs, err := off.GetCategory()
	p.ok("GetCategory", err)
	count, titles, err := off.GetPublicTemplateTitleList("616", 0, 1)
	p.ok("GetPublicTemplateTitleList", err)
	if len(categories) != 2 || len(theirs) != 2 || count != 2 || len(titles) != 1 || titles[0].CategoryID != "616" || titles[0].TitleID != 99 {
		t.Fatalf("GetCategory = %+v, GetPublicTemplateTitleList = %d %+v", categories, count, titles)
	}
	_, _, err = off.GetPublicTemplateTitleList("616", 0, 31)
	p.refused("GetPublicTemplateTitleList of 31", err, 200017)
	keywords, err := mini.GetPubTemplateKeywordsByID("99")
	p.ok("GetPubTemplateKeywordsByID", err)
	words, err := off.GetPubTplKeyWordsByID("99")
	p.ok("GetPubTplKeyWordsByID", err)
	if keywords.Count != 4 || keywords.Data[1].Rule != "amount" || words[0].KeyWordsID != 1 {
		t.Errorf("keywords = %+v, %+v", keywords, words)
	}
	one, err := mini.Add("99", []int{1, 2}, "购票")
	p.ok("Add", err)
	_, err = off.Add("99", []int{2, 1}, "购票")
	p.refused("Add the same again", err, 200022)
	other, err := off.Add("99", []int{2, 3}, "购票")
	p.ok("Add", err)
	list, err := mini.ListTemplates()
	p.ok("ListTemplates", err)
	if one == "" || other == "" || len(list.Data) != 4 {
		t.Errorf("Add = %q and %q, ListTemplates = %+v", one, other, list)
	}
	p.ok("Delete", mini.Delete(one))
	p.ok("Delete", off.Delete(other))
	p.refused("Delete again", mini.Delete(one), 200014)
}

func TestSilenceperMiniProgram(t *testing.T) {
	p := newPeer(t)
	sub := p.mini.GetSubscribe()
	msg := &subscribe.Message{ToUser: "oA", TemplateID: "T", Data: map[string]*subscribe.DataItem{"thing1": {Value: "茶"}, "number2": {Value: 3}}}
	p.ok("Send", sub.Send(msg))
	id, err := sub.SendGetMsgID(msg)
	p.ok("SendGetMsgID", err)
	templates, err := sub.ListTemplates()
	p.ok("ListTemplates", err)
	if id == 0 || len(templates.Data) != 2 || len(templates.Data[0].KeywordEnumValueList) != 1 {
		t.Errorf("SendGetMsgID = %d, ListTemplates = %+v", id, templates)
	}
	uniform := &subscribe.UniformMessage{ToUser: "oA"}
	uniform.WeappTemplateMsg.TemplateID, uniform.WeappTemplateMsg.Page, uniform.WeappTemplateMsg.FormID, uniform.WeappTemplateMsg.EmphasisKeyword = "T", "p", "F", "keyword1.DATA"
	uniform.WeappTemplateMsg.Data = map[string]*subscribe.DataItem{"keyword1": {Value: "x"}}
	uniform.MpTemplateMsg.Appid, uniform.MpTemplateMsg.TemplateID, uniform.MpTemplateMsg.URL = "wx1", "T", "http://weixin.qq.com"
	uniform.MpTemplateMsg.Data = uniform.WeappTemplateMsg.Data
	p.refused("UniformSend", sub.UniformSend(uniform), 45109)
	p.UniformAsPage(true)
	p.ok("UniformSend", sub.UniformSend(uniform))
	p.refused("UniformSend with a used form", sub.UniformSend(uniform), 41029)

	up := p.mini.GetUpdatableMessage()
	a, err := up.CreateActivityIDWithReq(&minimessage.CreateActivityIDRequest{OpenID: "oA"})
	p.ok("CreateActivityID", err)
	params := func(pairs ...string) (tpl minimessage.UpdatableMsgTemplate) {
		for i := 0; i < len(pairs); i += 2 {
			tpl.ParameterList = append(tpl.ParameterList, minimessage.UpdatableMsgParameter{Name: pairs[i], Value: pairs[i+1]})
		}
		return tpl
	}
	p.ok("SetUpdatableMsg", up.SetUpdatableMsg(a.ActivityID, minimessage.TargetStateNotStarted, params("member_count", "2", "room_limit", "5")))
	p.ok("SetUpdatableMsg", up.SetUpdatableMsg(a.ActivityID, minimessage.TargetStateStarted, params("path", "p", "version_type", "release")))
	p.refused("SetUpdatableMsg", up.SetUpdatableMsg(a.ActivityID, minimessage.TargetStateStarted, params("path", "p", "version_type", "release")), 47502)
	p.refused("SetUpdatableMsg", up.SetUpdatableMsg("A", minimessage.TargetStateNotStarted, params("member_count", "2", "room_limit", "5")), 47501)
	if a.ExpirationTime == 0 {
		t.Errorf("CreateActivityID = %+v", a)
	}

	quota, err := p.mini.GetOpenAPI().GetAPIQuota(openapi.GetAPIQuotaParams{CgiPath: "/cgi-bin/message/subscribe/send"})
	p.ok("GetAPIQuota", err)
	if quota.Quota.Used != 2 {
		t.Errorf("GetAPIQuota = %+v", quota)
	}
	p.Refuses("oA")
	refusal := sub.Send(msg)
	p.refused("Send", refusal, 43101)
	_, rid, _ := strings.Cut(refusal.Error(), "rid: ")
	info, err := p.mini.GetOpenAPI().GetRidInfo(openapi.GetRidInfoParams{Rid: strings.TrimSpace(rid)})
	p.ok("GetRidInfo", err)
	if !strings.Contains(info.Request.RequestURL, "subscribe/send") {
		t.Errorf("GetRidInfo(%s) = %+v", rid, info)
	}
	p.ok("ClearQuota", p.mini.GetOpenAPI().ClearQuota())
}

func TestSilenceperMass(t *testing.T) {
	p := newPeer(t)
	b := p.off.GetBroadcast()
	p.Followers("oA", "oB", "oC")
	p.Tag(2, "茶友", "oA")
	all, err := b.SendText(nil, "早")
	p.ok("SendText", err)
	_, err = b.SendText(&broadcast.User{TagID: 2}, "早")
	p.ok("SendText", err)
	_, err = b.SendImage(&broadcast.User{OpenID: []string{"oA", "oB"}}, &broadcast.Image{MediaIDs: []string{"M"}})
	p.ok("SendImage", err)
	id, err := p.off.GetDraft().AddDraft([]*draft.Article{{Title: "春茶", Content: "c", ThumbMediaID: "T"}})
	p.ok("AddDraft", err)
	news, err := b.SendNews(nil, id, true)
	p.ok("SendNews", err)
	p.Advance(time.Minute)
	status, err := b.GetMassStatus(fmt.Sprint(news.MsgID))
	p.ok("GetMassStatus", err)
	if all.MsgID == 0 || news.MsgDataID == 0 || status.MsgStatus != "SEND_SUCCESS" || len(p.Phone().Masses) != 4 {
		t.Errorf("sent %+v and %+v, status %+v, the phone has %+v", all, news, status, p.Phone().Masses)
	}
	p.ok("Delete", b.Delete(news.MsgID, 0))
	p.refused("Delete twice", b.Delete(news.MsgID, 0), 40065)
	p.refused("Delete of a text", b.Delete(all.MsgID, 0), 40065)
	if status, err = b.GetMassStatus(fmt.Sprint(news.MsgID)); err != nil || status.MsgStatus != "DELETE" {
		t.Errorf("afterwards GetMassStatus = %+v, %v", status, err)
	}
	_, err = b.SendText(&broadcast.User{TagID: 7}, "早")
	p.refused("SendText to no tag", err, 45159)
	_, err = b.SendText(&broadcast.User{OpenID: []string{"oA"}}, "早")
	p.refused("SendText to one", err, 40130)
	_, err = b.SendText(&broadcast.User{OpenID: []string{"oA", "oX"}}, "早")
	p.refused("SendText to a stranger", err, 40003)
	// The last of them: the peer's Preview stays on for whatever is sent later.
	_, err = b.Preview().SendText(&broadcast.User{OpenID: []string{"oA"}}, "早")
	p.ok("Preview", err)
	if last := p.Phone().Masses; len(last) != 5 || !last[4].Preview {
		t.Errorf("the phone has %+v", last)
	}

	ids, err := p.off.GetUser().ListAllUserOpenIDs()
	p.ok("ListAllUserOpenIDs", err)
	tags, err := p.off.GetUser().GetTag()
	p.ok("GetTag", err)
	tagged, err := p.off.GetUser().OpenIDListByTag(2)
	p.ok("OpenIDListByTag", err)
	if len(ids) != 3 || len(tags) != 1 || tags[0].Name != "茶友" || tagged.Count != 1 {
		t.Errorf("followers %v, tags %+v, tagged %+v", ids, tags, tagged)
	}
	p.ok("ClearQuota", p.off.GetBasic().ClearQuota())
}

// TestSilenceperEvents: what the pretended WeChat pushes is read by the peer.
func TestSilenceperEvents(t *testing.T) {
	p := newPeer(t)
	p.EventsTo(wechattest.EventAddress{URL: "http://127.0.0.1", Token: eventToken, AESKey: aesKey})
	push := p.Sign("<xml><ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1391857799</CreateTime><MsgType>event</MsgType><Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent><List><TemplateId>T</TemplateId><MsgID>7</MsgID><ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent></xml>")
	r, err := http.NewRequestWithContext(t.Context(), "POST", "http://x/?"+push.Query.Encode(), strings.NewReader(string(push.Body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "text/xml")
	kind, event, data, err := p.mini.GetMessageReceiver().GetMsgData(r)
	p.ok("GetMsgData", err)
	sent, ok := data.(*minimessage.PushDataSubscribeMsgSent)
	if kind != minimessage.MsgTypeEvent || event != "subscribe_msg_sent_event" || !ok || len(sent.GetSubscribeMsgSentEvents()) != 1 {
		t.Errorf("GetMsgData = %v, %v, %+v", kind, event, data)
	}
	var outer struct{ Encrypt string }
	if err := xml.Unmarshal(push.Body, &outer); err != nil {
		t.Fatal(err)
	}
	if util.Signature(eventToken, push.Query.Get("timestamp"), push.Query.Get("nonce"), outer.Encrypt) != push.Query.Get("msg_signature") {
		t.Error("the peer signs the encrypted event otherwise")
	}
}

func TestSilenceperPlatform(t *testing.T) {
	p := newPeer(t)
	wc := silenceper.NewWechat()
	wc.SetCache(cache.NewMemory())
	open := wc.GetOpenPlatform(&openconfig.Config{AppID: wechattest.DefaultPlatformAppID, AppSecret: wechattest.DefaultPlatformAppSecret, Token: eventToken, EncodingAESKey: aesKey})
	ctx := context.Background()
	_, err := open.SetComponentAccessTokenContext(ctx, "ticket@@@wrong")
	p.refused("SetComponentAccessToken", err, 61006)
	_, err = open.SetComponentAccessTokenContext(ctx, p.Ticket())
	p.ok("SetComponentAccessToken", err)
	page, err := open.GetComponentLoginPageContext(ctx, "https://magpie.example/", 3, "")
	p.ok("GetComponentLoginPage", err)
	if u, err := url.Parse(page); err != nil || !strings.HasPrefix(u.Query().Get("pre_auth_code"), "preauthcode") {
		t.Errorf("GetComponentLoginPage = %q", page)
	}
	info, err := open.QueryAuthCodeContext(ctx, p.AuthorizePlatform())
	p.ok("QueryAuthCode", err)
	if info == nil || info.Appid != wechattest.DefaultAppID {
		t.Fatalf("QueryAuthCode = %+v", info)
	}
	fresh, err := open.RefreshAuthrTokenContext(ctx, wechattest.DefaultAppID, info.RefreshToken)
	p.ok("RefreshAuthrToken", err)
	if fresh.RefreshToken == "" || fresh.RefreshToken == info.RefreshToken {
		t.Error("the refresh token was not rotated")
	}
	_, err = open.GetOfficialAccount(wechattest.DefaultAppID).GetDraft().AddDraft([]*draft.Article{{Title: "T", Content: "c", ThumbMediaID: "T"}})
	p.ok("AddDraft for the account", err)
	// The peer does not look at the errcode here, so the refusal shows as no token.
	used, err := open.RefreshAuthrTokenContext(ctx, wechattest.DefaultAppID, info.RefreshToken)
	p.ok("RefreshAuthrToken", err)
	if calls := p.ReceivedOn("/cgi-bin/component/api_authorizer_token"); used.AccessToken != "" || calls[len(calls)-1].Code != 61023 {
		t.Errorf("a used refresh token gave %+v, want it refused with 61023", used)
	}
}
