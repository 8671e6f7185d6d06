package wechattest

import (
	"time"

	"magpie/wechat/apis"
)

// call is one request as the handlers see it.
type call struct {
	now         time.Time
	query       func(string) string
	body        []byte
	contentType string
}

// route is one API. Its handler runs under the server's lock. Two that are
// read by GET are posted to by PowerWeChat (v3, client.go of templateMessage and material), and
// getaccountbasicinfo is asked by either method in public projects: WeChat answers both.
type route struct {
	apis.API
	either    bool // takes GET and POST alike, whichever its page names
	token     bool // wants an access_token
	component bool // wants a component_access_token
	handle    func(*Server, *call) reply
}

var routes map[string]route // by path

func init() { // the quotas' handler looks into the table itself
	routes = map[string]route{}
	for api, r := range allRoutes() {
		r.API = api
		routes[api.Path] = r
	}
}

func allRoutes() map[apis.API]route {
	return map[apis.API]route{
		apis.Token:       {handle: (*Server).classicToken},
		apis.StableToken: {handle: (*Server).stableToken},

		apis.ComponentToken:  {handle: (*Server).componentToken},
		apis.AuthorizerToken: {component: true, handle: (*Server).authorizerToken},
		apis.PreAuthCode:     {component: true, handle: (*Server).preAuthCode},
		apis.QueryAuth:       {component: true, handle: (*Server).queryAuth},
		apis.InvokeFunction:  {token: true, handle: (*Server).invokeFunction},

		apis.CreateActivityID: {token: true, handle: (*Server).createActivity},
		apis.SetUpdatableMsg:  {token: true, handle: (*Server).updateActivity},
		apis.UniformSend:      {token: true, handle: (*Server).sendUniform},
		apis.UploadNews:       {token: true, handle: (*Server).uploadNews},
		apis.SubscribeSend:    {token: true, handle: (*Server).bizsend},

		apis.WeappSubscribeSend: {token: true, handle: (*Server).weappSubscribe},
		apis.SubscribeTemplates: {token: true, handle: (*Server).subscribeTemplates},
		apis.LibraryCategories:  {token: true, handle: (*Server).libraryCategories},
		apis.LibraryTitles:      {token: true, handle: (*Server).libraryTitles},
		apis.LibraryKeywords:    {token: true, handle: (*Server).libraryKeywords},
		apis.LibraryAdd:         {token: true, handle: (*Server).addTemplate},
		apis.LibraryDelete:      {token: true, handle: (*Server).deleteTemplate},
		apis.TemplateSend:       {token: true, handle: (*Server).sendTemplate},
		apis.TemplateList:       {either: true, token: true, handle: (*Server).serviceTemplates},
		apis.UserGet:            {token: true, handle: (*Server).userGet},
		apis.TagsGet:            {token: true, handle: (*Server).listTags},
		apis.TagPeople:          {token: true, handle: (*Server).tagPeople},
		apis.AccountInfo:        {either: true, token: true, handle: (*Server).accountInfo},
		apis.TagCreate:          {token: true, handle: (*Server).createTag},
		apis.TagAdd:             {token: true, handle: (*Server).tagPeopleIn},
		apis.TagRemove:          {token: true, handle: (*Server).untagPeopleFrom},
		apis.QRCreate:           {token: true, handle: (*Server).createQRCode},
		apis.CustomSend:         {token: true, handle: (*Server).sendCustom},
		apis.QuotaGet:           {token: true, handle: (*Server).quotaGet},
		apis.QuotaClear:         {token: true, handle: (*Server).quotaClear},
		apis.RIDGet:             {token: true, handle: (*Server).ridGet},

		apis.CommentOpen:        {token: true, handle: (*Server).openComments},
		apis.CommentClose:       {token: true, handle: (*Server).closeComments},
		apis.CommentList:        {token: true, handle: (*Server).listComments},
		apis.CommentElect:       {token: true, handle: onComment((*Server).electComment)},
		apis.CommentUnelect:     {token: true, handle: onComment((*Server).unelectComment)},
		apis.CommentDelete:      {token: true, handle: onComment((*Server).deleteComment)},
		apis.CommentReply:       {token: true, handle: onComment((*Server).replyToComment)},
		apis.CommentReplyDelete: {token: true, handle: onComment((*Server).deleteReply)},

		apis.UploadImg:      {token: true, handle: (*Server).uploadImg},
		apis.UploadMedia:    {token: true, handle: (*Server).uploadMedia},
		apis.GetMedia:       {token: true, handle: (*Server).getMedia},
		apis.AddMaterial:    {token: true, handle: (*Server).addMaterial},
		apis.GetMaterial:    {token: true, handle: (*Server).getMaterial},
		apis.DeleteMaterial: {token: true, handle: (*Server).delMaterial},
		apis.ListMaterial:   {token: true, handle: (*Server).listMaterial},
		apis.CountMaterial:  {either: true, token: true, handle: (*Server).countMaterial},

		apis.DraftAdd:    {token: true, handle: (*Server).addDraft},
		apis.DraftGet:    {token: true, handle: (*Server).getDraft},
		apis.DraftUpdate: {token: true, handle: (*Server).updateDraft},
		apis.DraftDelete: {token: true, handle: (*Server).deleteDraft},
		apis.DraftList:   {token: true, handle: (*Server).listDrafts},
		apis.DraftCount:  {token: true, handle: (*Server).countDrafts},

		apis.PublishSubmit: {token: true, handle: (*Server).submitPublish},
		apis.PublishGet:    {token: true, handle: (*Server).getPublish},
		apis.PublishDelete: {token: true, handle: (*Server).deletePublished},
		apis.PublishList:   {token: true, handle: (*Server).listPublished},
		apis.PublishRead:   {token: true, handle: (*Server).readPublished},

		apis.MassAll:     {token: true, handle: (*Server).massAll},
		apis.MassSend:    {token: true, handle: (*Server).massSend},
		apis.MassPreview: {token: true, handle: (*Server).massPreview},
		apis.MassDelete:  {token: true, handle: (*Server).massDelete},
		apis.MassGet:     {token: true, handle: (*Server).massGet},

		apis.ArticleFigures: {token: true, handle: (*Server).articleFigures},
	}
}

// dailyQuotas are WeChat's own where nothing else is said. What is not here
// has none.
var dailyQuotas = map[string]int{
	apis.Token.Path: 2000, apis.StableToken.Path: 500_000, apis.UploadNews.Path: 10,
	apis.UploadImg.Path: 100_000, apis.UploadMedia.Path: 100_000,
	apis.DraftAdd.Path: 1000, apis.DraftGet.Path: 500, apis.PublishSubmit.Path: 100, apis.PublishGet.Path: 100,
	apis.MassAll.Path: 100, apis.MassSend.Path: 100, apis.MassPreview.Path: 100, apis.MassDelete.Path: 10, apis.PublishDelete.Path: 10,
	apis.CustomSend.Path: 500_000, apis.QRCreate.Path: 100_000,
	apis.WeappSubscribeSend.Path: 10_000_000, apis.TemplateSend.Path: 100_000,
}
