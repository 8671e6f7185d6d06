package wechat

import (
	"testing"
	"time"
)

func TestPublish(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	draft := func() string {
		id, err := c.AddDraft(t.Context(), []DraftArticle{draftArticle("一"), draftArticle("二")})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	id := draft()
	job, err := c.SubmitPublish(t.Context(), id)
	if err != nil || job.PublishID == "" || job.MsgDataID == "" {
		t.Fatalf("SubmitPublish = %+v, %v", job, err)
	}
	state := func(job *PublishJob) *PublishState {
		t.Helper()
		st, err := c.GetPublish(t.Context(), job.PublishID)
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	if st := state(job); !st.Status.Running() || st.ArticleID != "" || len(s.Phone().Published) != 0 {
		t.Errorf("at once GetPublish = %+v", st)
	}
	s.Advance(time.Minute)
	st := state(job)
	if st.Status != Published || st.PublishID != job.PublishID || st.ArticleID == "" || len(st.Articles) != 2 || st.Articles[1].Index != 2 || st.Articles[1].URL == "" {
		t.Errorf("a minute later GetPublish = %+v", st)
	}
	if len(s.Phone().Published) != 1 || len(s.Console().Drafts) != 0 {
		t.Errorf("the phone has %v and the console %v, want the article there and the draft gone", s.Phone().Published, s.Console().Drafts)
	}
	if _, err := c.SubmitPublish(t.Context(), id); failed(t, "SubmitPublish", err).Code != 40007 {
		t.Errorf("SubmitPublish of a draft that is gone = %v, want 40007", err)
	}
	if got, err := c.GetPublished(t.Context(), st.ArticleID); err != nil || len(got.Articles) != 2 || got.Articles[0].Title != "一" {
		t.Errorf("GetPublished = %+v, %v", got, err)
	}
	if err := c.DeletePublished(t.Context(), st.ArticleID, 1); err != nil || len(s.Phone().Published[0].Articles) != 1 {
		t.Errorf("DeletePublished of the first = %v, the phone has %+v", err, s.Phone().Published)
	}
	if got, err := c.GetPublished(t.Context(), st.ArticleID); err != nil || len(got.Articles) != 2 || !got.Articles[0].IsDeleted || got.Articles[1].IsDeleted {
		t.Errorf("afterwards GetPublished = %+v, %v; want the first deleted, in its place", got, err)
	}
	if err := c.DeletePublished(t.Context(), st.ArticleID, 1); failed(t, "DeletePublished", err).Code != 53600 {
		t.Errorf("DeletePublished of the first again = %v, want 53600", err)
	}
	if err := c.DeletePublished(t.Context(), st.ArticleID, 0); err != nil || len(s.Phone().Published) != 0 {
		t.Errorf("DeletePublished = %v, the phone has %+v", err, s.Phone().Published)
	}
	if st := state(job); st.Status != PublishDeleted {
		t.Errorf("afterwards GetPublish = %+v, want it deleted", st)
	}
	if err := c.DeletePublished(t.Context(), st.ArticleID, 0); failed(t, "DeletePublished", err).Code != 53600 {
		t.Errorf("DeletePublished twice = %v, want 53600", err)
	}

	s.FailPublish(2, 3, 4)
	for _, want := range []PublishStatus{PublishOriginality, PublishFailed, PublishAuditRefused} {
		job, err := c.SubmitPublish(t.Context(), draft())
		if err != nil {
			t.Fatal(err)
		}
		s.Advance(time.Minute)
		if st := state(job); st.Status != want || (len(st.FailIndex) == 1) != (want != PublishFailed) {
			t.Errorf("GetPublish = %+v, want %v", st, want)
		}
	}
	if n := len(s.Console().Drafts); n != 3 {
		t.Errorf("the console has %d drafts, want the 3 that failed", n)
	}
	s.Certified(false)
	if _, err := c.SubmitPublish(t.Context(), draft()); failed(t, "SubmitPublish", err).Code != 48001 {
		t.Errorf("SubmitPublish of an account that is not certified = %v, want 48001", err)
	}
}

// TestPublishIDsReadLeniently: a string on WeChat's page, a number live.
func TestPublishIDsReadLeniently(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"errcode":0,"errmsg":"ok","publish_id":"100000001"}`, `{"errcode":0,"errmsg":"ok","publish_id":100000001}`, `{"publish_id":100000001,"msg_data_id":100000001}`,
	} {
		if job, err := answering(t, body).SubmitPublish(t.Context(), "M"); err != nil || job.PublishID != "100000001" {
			t.Errorf("SubmitPublish answered %s = %+v, %v", body, job, err)
		}
	}
	if _, err := answering(t, `{"errcode":0}`).SubmitPublish(t.Context(), "M"); !failed(t, "SubmitPublish", err).Unclear() {
		t.Errorf("SubmitPublish without an id = %v, want unclear", err)
	}
	st, err := answering(t, `{"publish_id":1,"publish_status":"0","article_id":"A","article_detail":{"count":1,"item":[{"idx":"1","article_url":"u"}]},"fail_idx":["1",2]}`).GetPublish(t.Context(), "1")
	if err != nil || st.Status != Published || st.Articles[0].Index != 1 || len(st.FailIndex) != 2 {
		t.Errorf("GetPublish = %+v, %v", st, err)
	}
}

func TestPublishStatusWords(t *testing.T) {
	t.Parallel()
	for s := PublishStatus(-1); s <= publishStatusesAmount; s++ {
		if s.In("en") == s.In("zh") || s.String() == "" {
			t.Errorf("status %d: %q and %q", int(s), s.In("en"), s.In("zh"))
		}
	}
	checkedIDs(t)
}

func checkedIDs(t *testing.T) {
	t.Helper()
	_, c := pretend(t)
	_, err := c.SubmitPublish(t.Context(), "")
	checked(t, "SubmitPublish of nothing", err, "media_id: required")
	_, err = c.GetPublish(t.Context(), "")
	checked(t, "GetPublish of nothing", err, "publish_id: required")
	checked(t, "DeletePublished of nothing", c.DeletePublished(t.Context(), "", 9), "article_id: required\nindex: must be 0 to 8, not 9")
	_, err = c.GetPublished(t.Context(), "")
	checked(t, "GetPublished of nothing", err, "article_id: required")
}
