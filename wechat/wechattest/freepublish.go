package wechattest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// PublishedNews is what the account has published: everybody can read it.
type PublishedNews struct {
	ArticleID   string         `json:"article_id"`
	PublishID   string         `json:"publish_id"`
	DraftID     string         `json:"draft_id"` // the draft's media_id, gone since
	Articles    []DraftArticle `json:"articles"`
	URLs        []string       `json:"urls"`
	PublishedAt time.Time      `json:"published_at"`

	deleted map[int]bool // by number, from 1
}

// left is what people can still read of it.
func (p *PublishedNews) left() PublishedNews {
	own := *p
	own.Articles, own.URLs, own.deleted = nil, nil, nil
	for i, a := range p.Articles {
		if !p.deleted[i+1] {
			own.Articles, own.URLs = append(own.Articles, a), append(own.URLs, p.URLs[i])
		}
	}
	return own
}

// publishJob is one publishing that was taken on.
type publishJob struct {
	id        string
	status    int
	due       time.Time // when it ends
	ends      int       // with this status
	draft     Draft
	articleID string
	published *PublishedNews
}

// publishTime is how long a publishing is under way.
const publishTime = time.Second

// FailPublish lets the next publishings end with these statuses, one each:
// 2 originality, 3 failed, 4 refused by the audit.
func (s *Server) FailPublish(statuses ...int) {
	s.set(func() { s.library.failing = append(s.library.failing, statuses...) })
}

// submitPublish takes a draft on. It is published a moment later, or not.
func (s *Server) submitPublish(c *call) reply {
	var in struct {
		MediaID string `json:"media_id"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	d := s.namedDraft(in.MediaID)
	if d == nil {
		return refuse(40007)
	}
	s.serial++
	job := &publishJob{id: strconv.Itoa(2247483647 + s.serial), status: 1, due: c.now.Add(publishTime), draft: *d, articleID: s.id("article", 43)}
	if f := &s.library.failing; len(*f) > 0 {
		job.ends, *f = (*f)[0], (*f)[1:]
	}
	s.library.jobs = append(s.library.jobs, job)
	// A string on WeChat's page, a number from the live service.
	id, _ := strconv.Atoi(job.id)
	return reply{fields: map[string]any{"publish_id": id, "msg_data_id": id}}
}

// settlePublishing ends the jobs whose time has come.
func (s *Server) settlePublishing(now time.Time) {
	for _, j := range s.library.jobs {
		if j.status != 1 || now.Before(j.due) {
			continue
		}
		if j.status = j.ends; j.status != 0 {
			s.publishOutcome(j)
			continue
		}
		p := &PublishedNews{ArticleID: j.articleID, PublishID: j.id, DraftID: j.draft.MediaID, Articles: j.draft.Articles, PublishedAt: j.due}
		for i := range p.Articles {
			p.URLs = append(p.URLs, fmt.Sprintf("https://mp.weixin.qq.com/s?__biz=%s&mid=%s&idx=%d#rd", s.opts.AppID, j.id, i+1))
		}
		j.published = p
		s.library.published = append(s.library.published, p)
		if d := s.namedDraft(j.draft.MediaID); d != nil {
			s.dropDraft(d) // a draft is gone once it is published
		}
		s.publishOutcome(j)
	}
}

func (s *Server) getPublish(c *call) reply {
	var in struct {
		PublishID any `json:"publish_id"` // believed as a number too
	}
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	s.settlePublishing(c.now)
	want := fmt.Sprint(in.PublishID)
	if f, ok := in.PublishID.(float64); ok {
		want = strconv.FormatFloat(f, 'f', -1, 64)
	}
	i := slices.IndexFunc(s.library.jobs, func(j *publishJob) bool { return j.id == want })
	if i < 0 {
		return refuseOn(53600, "publish_id")
	}
	j := s.library.jobs[i]
	out := map[string]any{"publish_id": json.Number(j.id), "publish_status": j.status, "fail_idx": []int{}}
	switch j.status {
	case 0, 5, 6:
		var at []any
		for n, url := range j.published.URLs {
			at = append(at, map[string]any{"idx": n + 1, "article_url": url})
		}
		out["article_id"] = j.published.ArticleID
		out["article_detail"] = map[string]any{"count": len(at), "item": at}
	case 2, 4:
		out["fail_idx"] = []int{1}
	}
	return reply{bare: true, fields: out}
}

func (s *Server) namedPublished(c *call) (*PublishedNews, int, reply, bool) {
	var in struct {
		ArticleID string `json:"article_id"`
		Index     int    `json:"index"`
	}
	if r, ok := decode(c.body, &in); !ok {
		return nil, 0, r, false
	}
	s.settlePublishing(c.now)
	i := slices.IndexFunc(s.library.published, func(p *PublishedNews) bool { return p.ArticleID == in.ArticleID })
	if i < 0 {
		return nil, 0, refuse(53600), false
	}
	return s.library.published[i], in.Index, reply{}, true
}

// deletePublished takes one article off, or all of them. One that is deleted keeps its number:
// the page of getarticle gives it back with is_deleted.
func (s *Server) deletePublished(c *call) reply {
	p, index, r, ok := s.namedPublished(c)
	switch {
	case !ok:
		return r
	case index < 0 || index > len(p.Articles):
		return refuseOn(40114, "index")
	case p.deleted[index]:
		return refuse(53600)
	}
	if p.deleted == nil {
		p.deleted = map[int]bool{}
	}
	if p.deleted[index] = true; index > 0 && len(p.deleted) < len(p.Articles) {
		return done
	}
	s.library.published = slices.DeleteFunc(s.library.published, func(x *PublishedNews) bool { return x == p })
	for _, j := range s.library.jobs {
		if j.published == p {
			j.status = 5
		}
	}
	return done
}

func (s *Server) readPublished(c *call) reply {
	p, _, r, ok := s.namedPublished(c)
	if !ok {
		return r
	}
	return reply{bare: true, fields: map[string]any{"news_item": p.items(true)}}
}

// items are the articles as WeChat gives them back, with those that were deleted.
func (p *PublishedNews) items(content bool) []any {
	all := items(p.Articles, p.URLs[0], content)
	for i := range all {
		all[i].(map[string]any)["is_deleted"] = p.deleted[i+1]
	}
	return all
}

func (s *Server) listPublished(c *call) reply {
	var in window
	if r, ok := decode(c.body, &in); !ok {
		return r
	}
	s.settlePublishing(c.now)
	var all []any
	for _, p := range slices.Backward(s.library.published) {
		all = append(all, map[string]any{
			"article_id": p.ArticleID, "update_time": p.PublishedAt.Unix(),
			"content": map[string]any{"news_item": p.items(in.content()), "create_time": p.PublishedAt.Unix(), "update_time": p.PublishedAt.Unix()},
		})
	}
	return in.page(all)
}
