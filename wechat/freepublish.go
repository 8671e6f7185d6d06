package wechat

import (
	"context"

	"magpie/wechat/apis"
)

// PublishStatus is how far a publishing has come.
type PublishStatus int

// The statuses of a publishing.
const (
	Published             PublishStatus = 0
	Publishing            PublishStatus = 1
	PublishOriginality    PublishStatus = 2
	PublishFailed         PublishStatus = 3
	PublishAuditRefused   PublishStatus = 4
	PublishDeleted        PublishStatus = 5
	PublishBanned         PublishStatus = 6
	publishStatusesAmount               = 7
)

var publishStatuses = [publishStatusesAmount]text{
	{"Published.", "发布成功。"},
	{"Being published.", "发布中。"},
	{"The originality check failed.", "原创校验不通过。"},
	{"Publishing failed.", "发布失败。"},
	{"The platform's audit refused it.", "平台审核不通过。"},
	{"Published, and deleted by its author since.", "发布成功后已被用户删除。"},
	{"Published, and banned by the platform since.", "发布成功后已被系统封禁。"},
}

// In puts the status into words, in "zh" or else English.
func (s PublishStatus) In(lang string) string {
	if s < 0 || s >= publishStatusesAmount {
		return text{"A status that has no words here yet.", "这里尚无说明的状态。"}.in(lang)
	}
	return publishStatuses[s].in(lang)
}

// String is In English.
func (s PublishStatus) String() string { return s.In("en") }

// Running reports that the outcome is still to come.
func (s PublishStatus) Running() bool { return s == Publishing }

// PublishJob is a publishing that WeChat has taken on. It is queued, not done.
type PublishJob struct {
	PublishID string `json:"publish_id"`
	MsgDataID string `json:"msg_data_id,omitempty"`
}

type publishJobReply struct {
	answer
	PublishID looseString `json:"publish_id"`
	MsgDataID looseString `json:"msg_data_id"`
}

func (r *publishJobReply) missing(answer) string {
	if r.PublishID == "" {
		return "publish_id"
	}
	return ""
}

// SubmitPublish asks WeChat to publish a draft. The outcome comes by the event
// PUBLISHJOBFINISH, or from GetPublish; success here means that it is queued.
//
// WeChat: POST /cgi-bin/freepublish/submit
func (c *Client) SubmitPublish(ctx context.Context, draftID string) (*PublishJob, error) {
	in := mediaID{draftID}
	if err := in.check(); err != nil {
		return nil, err
	}
	var out publishJobReply
	if err := c.call(ctx, request{api: apis.PublishSubmit, in: in, out: &out}); err != nil {
		return nil, err
	}
	return &PublishJob{PublishID: string(out.PublishID), MsgDataID: string(out.MsgDataID)}, nil
}

// PublishState is what became of a publishing.
type PublishState struct {
	PublishID string
	Status    PublishStatus
	ArticleID string           // once published
	Articles  []PublishedIndex // once published
	FailIndex []int            // which articles failed, from 1
}

// PublishedIndex is where one of the articles can be read; Index counts from 1.
type PublishedIndex struct {
	Index int
	URL   string
}

type publishStateReply struct {
	answer
	PublishID     looseString `json:"publish_id"`
	PublishStatus looseInt    `json:"publish_status"`
	ArticleID     looseString `json:"article_id"`
	ArticleDetail struct {
		Item []struct {
			Index looseInt    `json:"idx"`
			URL   looseString `json:"article_url"`
		} `json:"item"`
	} `json:"article_detail"`
	FailIndex []looseInt `json:"fail_idx"`
}

func (r *publishStateReply) missing(answer) string {
	if !r.PublishStatus.given {
		return "publish_status"
	}
	return ""
}

// GetPublish asks what became of a publishing. WeChat allows 100 such calls a
// day: wait for the event, and ask sparingly.
//
// WeChat: POST /cgi-bin/freepublish/get
func (c *Client) GetPublish(ctx context.Context, publishID string) (*PublishState, error) {
	var f faults
	if f.need("publish_id", publishID); f.err() != nil {
		return nil, f.err()
	}
	in := struct {
		PublishID string `json:"publish_id"`
	}{publishID}
	var out publishStateReply
	if err := c.call(ctx, request{api: apis.PublishGet, in: in, out: &out}); err != nil {
		return nil, err
	}
	state := &PublishState{PublishID: string(out.PublishID), Status: PublishStatus(out.PublishStatus.n), ArticleID: string(out.ArticleID)}
	for _, i := range out.ArticleDetail.Item {
		state.Articles = append(state.Articles, PublishedIndex{i.Index.n, string(i.URL)})
	}
	for _, i := range out.FailIndex {
		state.FailIndex = append(state.FailIndex, i.n)
	}
	return state, nil
}

// DeletePublished takes an article off for good. Index counts from 1; 0 takes
// off all that were published together. WeChat takes 10 such calls a day.
//
// WeChat: POST /cgi-bin/freepublish/delete
func (c *Client) DeletePublished(ctx context.Context, articleID string, index int) error {
	var f faults
	f.need("article_id", articleID)
	if f.between("index", index, 0, MaxArticles); f.err() != nil {
		return f.err()
	}
	in := struct {
		ArticleID string `json:"article_id"`
		Index     int    `json:"index,omitempty"`
	}{articleID, index}
	return c.call(ctx, request{api: apis.PublishDelete, in: in, out: &done{}})
}

// GetPublished reads the articles published under one id.
//
// WeChat: POST /cgi-bin/freepublish/getarticle
func (c *Client) GetPublished(ctx context.Context, articleID string) (*NewsContent, error) {
	var f faults
	if f.need("article_id", articleID); f.err() != nil {
		return nil, f.err()
	}
	in := struct {
		ArticleID string `json:"article_id"`
	}{articleID}
	var out newsContent
	if err := c.call(ctx, request{api: apis.PublishRead, in: in, out: &out}); err != nil {
		return nil, err
	}
	return out.content(), nil
}
