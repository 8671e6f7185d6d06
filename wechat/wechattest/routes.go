package wechattest

import "time"

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
	method    string
	either    bool   // takes GET and POST alike, whichever its page names
	token     bool   // wants an access_token
	component bool   // wants a component_access_token
	certified bool   // wants a certified account
	kinds     []Kind // that it is for; nil: for all
	handle    func(*Server, *call) reply
}

const (
	tokenPath       = "/cgi-bin/token"
	stableTokenPath = "/cgi-bin/stable_token"

	componentTokenPath  = "/cgi-bin/component/api_component_token"
	authorizerTokenPath = "/cgi-bin/component/api_authorizer_token"
	preAuthCodePath     = "/cgi-bin/component/api_create_preauthcode"
	queryAuthPath       = "/cgi-bin/component/api_query_auth"
	invokeFunctionPath  = "/tcb/invokecloudfunction"

	activityPath  = "/cgi-bin/message/wxopen/activityid/create"
	updatablePath = "/cgi-bin/message/wxopen/updatablemsg/send"
	uniformPath   = "/cgi-bin/message/wxopen/template/uniform_send"
	newsPath      = "/cgi-bin/media/uploadnews"
	bizsendPath   = "/cgi-bin/message/subscribe/bizsend"

	weappSubscribePath = "/cgi-bin/message/subscribe/send"
	newtmplPath        = "/wxaapi/newtmpl/gettemplate"
	categoriesPath     = "/wxaapi/newtmpl/getcategory"
	titlesPath         = "/wxaapi/newtmpl/getpubtemplatetitles"
	keywordsPath       = "/wxaapi/newtmpl/getpubtemplatekeywords"
	addTemplatePath    = "/wxaapi/newtmpl/addtemplate"
	deleteTemplatePath = "/wxaapi/newtmpl/deltemplate"
	templateSendPath   = "/cgi-bin/message/template/send"
	templateListPath   = "/cgi-bin/template/get_all_private_template"
	userGetPath        = "/cgi-bin/user/get"
	tagsPath           = "/cgi-bin/tags/get"
	tagPeoplePath      = "/cgi-bin/user/tag/get"
	accountInfoPath    = "/cgi-bin/account/getaccountbasicinfo"
	tagCreatePath      = "/cgi-bin/tags/create"
	tagAddPath         = "/cgi-bin/tags/members/batchtagging"
	tagRemovePath      = "/cgi-bin/tags/members/batchuntagging"
	qrPath             = "/cgi-bin/qrcode/create"
	customPath         = "/cgi-bin/message/custom/send"
	quotaGetPath       = "/cgi-bin/openapi/quota/get"
	quotaClearPath     = "/cgi-bin/clear_quota"
	ridPath            = "/cgi-bin/openapi/rid/get"

	commentOpenPath        = "/cgi-bin/comment/open"
	commentClosePath       = "/cgi-bin/comment/close"
	commentListPath        = "/cgi-bin/comment/list"
	commentElectPath       = "/cgi-bin/comment/markelect"
	commentUnelectPath     = "/cgi-bin/comment/unmarkelect"
	commentDeletePath      = "/cgi-bin/comment/delete"
	commentReplyPath       = "/cgi-bin/comment/reply/add"
	commentReplyDeletePath = "/cgi-bin/comment/reply/delete"

	uploadImgPath     = "/cgi-bin/media/uploadimg"
	uploadMediaPath   = "/cgi-bin/media/upload"
	getMediaPath      = "/cgi-bin/media/get"
	addMaterialPath   = "/cgi-bin/material/add_material"
	getMaterialPath   = "/cgi-bin/material/get_material"
	delMaterialPath   = "/cgi-bin/material/del_material"
	listMaterialPath  = "/cgi-bin/material/batchget_material"
	countMaterialPath = "/cgi-bin/material/get_materialcount"

	draftAddPath    = "/cgi-bin/draft/add"
	draftGetPath    = "/cgi-bin/draft/get"
	draftUpdatePath = "/cgi-bin/draft/update"
	draftDeletePath = "/cgi-bin/draft/delete"
	draftListPath   = "/cgi-bin/draft/batchget"
	draftCountPath  = "/cgi-bin/draft/count"

	publishSubmitPath = "/cgi-bin/freepublish/submit"
	publishGetPath    = "/cgi-bin/freepublish/get"
	publishDeletePath = "/cgi-bin/freepublish/delete"
	publishListPath   = "/cgi-bin/freepublish/batchget"
	publishReadPath   = "/cgi-bin/freepublish/getarticle"

	massAllPath     = "/cgi-bin/message/mass/sendall"
	massSendPath    = "/cgi-bin/message/mass/send"
	massPreviewPath = "/cgi-bin/message/mass/preview"
	massDeletePath  = "/cgi-bin/message/mass/delete"
	massGetPath     = "/cgi-bin/message/mass/get"

	figuresPath = "/datacube/getarticletotaldetail"
)

var routes map[string]route

func init() { routes = allRoutes() } // the quotas' handler looks into the table itself

func allRoutes() map[string]route {
	return map[string]route{
		tokenPath:       {method: "GET", handle: (*Server).classicToken},
		stableTokenPath: {method: "POST", handle: (*Server).stableToken},

		componentTokenPath:  {method: "POST", handle: (*Server).componentToken},
		authorizerTokenPath: {method: "POST", component: true, handle: (*Server).authorizerToken},
		preAuthCodePath:     {method: "POST", component: true, handle: (*Server).preAuthCode},
		queryAuthPath:       {method: "POST", component: true, handle: (*Server).queryAuth},
		invokeFunctionPath:  {method: "POST", token: true, handle: (*Server).invokeFunction},

		activityPath:  {method: "GET", token: true, kinds: miniPrograms, handle: (*Server).createActivity},
		updatablePath: {method: "POST", token: true, kinds: miniPrograms, handle: (*Server).updateActivity},
		uniformPath:   {method: "POST", token: true, kinds: miniPrograms, handle: (*Server).sendUniform},
		newsPath:      {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).uploadNews},
		bizsendPath:   {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).bizsend},

		weappSubscribePath: {method: "POST", token: true, kinds: miniPrograms, handle: (*Server).weappSubscribe},
		newtmplPath:        {method: "GET", token: true, handle: (*Server).subscribeTemplates},
		categoriesPath:     {method: "GET", token: true, handle: (*Server).libraryCategories},
		titlesPath:         {method: "GET", token: true, handle: (*Server).libraryTitles},
		keywordsPath:       {method: "GET", token: true, handle: (*Server).libraryKeywords},
		addTemplatePath:    {method: "POST", token: true, handle: (*Server).addTemplate},
		deleteTemplatePath: {method: "POST", token: true, handle: (*Server).deleteTemplate},
		templateSendPath:   {method: "POST", token: true, certified: true, kinds: onlyService, handle: (*Server).sendTemplate},
		templateListPath:   {method: "GET", either: true, token: true, certified: true, kinds: onlyService, handle: (*Server).serviceTemplates},
		userGetPath:        {method: "GET", token: true, kinds: official, handle: (*Server).userGet},
		tagsPath:           {method: "GET", token: true, kinds: official, handle: (*Server).listTags},
		tagPeoplePath:      {method: "POST", token: true, kinds: official, handle: (*Server).tagPeople},
		accountInfoPath:    {method: "POST", either: true, token: true, handle: (*Server).accountInfo},
		tagCreatePath:      {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).createTag},
		tagAddPath:         {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).tagPeopleIn},
		tagRemovePath:      {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).untagPeopleFrom},
		qrPath:             {method: "POST", token: true, certified: true, kinds: onlyService, handle: (*Server).createQRCode},
		customPath:         {method: "POST", token: true, certified: true, handle: (*Server).sendCustom},
		quotaGetPath:       {method: "POST", token: true, handle: (*Server).quotaGet},
		quotaClearPath:     {method: "POST", token: true, handle: (*Server).quotaClear},
		ridPath:            {method: "POST", token: true, handle: (*Server).ridGet},

		commentOpenPath:        {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).openComments},
		commentClosePath:       {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).closeComments},
		commentListPath:        {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).listComments},
		commentElectPath:       {method: "POST", token: true, certified: true, kinds: official, handle: onComment((*Server).electComment)},
		commentUnelectPath:     {method: "POST", token: true, certified: true, kinds: official, handle: onComment((*Server).unelectComment)},
		commentDeletePath:      {method: "POST", token: true, certified: true, kinds: official, handle: onComment((*Server).deleteComment)},
		commentReplyPath:       {method: "POST", token: true, certified: true, kinds: official, handle: onComment((*Server).replyToComment)},
		commentReplyDeletePath: {method: "POST", token: true, certified: true, kinds: official, handle: onComment((*Server).deleteReply)},

		uploadImgPath:     {method: "POST", token: true, handle: (*Server).uploadImg},
		uploadMediaPath:   {method: "POST", token: true, handle: (*Server).uploadMedia},
		getMediaPath:      {method: "GET", token: true, handle: (*Server).getMedia},
		addMaterialPath:   {method: "POST", token: true, kinds: official, handle: (*Server).addMaterial},
		getMaterialPath:   {method: "POST", token: true, handle: (*Server).getMaterial},
		delMaterialPath:   {method: "POST", token: true, kinds: official, handle: (*Server).delMaterial},
		listMaterialPath:  {method: "POST", token: true, kinds: official, handle: (*Server).listMaterial},
		countMaterialPath: {method: "GET", either: true, token: true, kinds: official, handle: (*Server).countMaterial},

		draftAddPath:    {method: "POST", token: true, kinds: official, handle: (*Server).addDraft},
		draftGetPath:    {method: "POST", token: true, kinds: official, handle: (*Server).getDraft},
		draftUpdatePath: {method: "POST", token: true, kinds: official, handle: (*Server).updateDraft},
		draftDeletePath: {method: "POST", token: true, kinds: official, handle: (*Server).deleteDraft},
		draftListPath:   {method: "POST", token: true, kinds: official, handle: (*Server).listDrafts},
		draftCountPath:  {method: "GET", token: true, kinds: official, handle: (*Server).countDrafts},

		publishSubmitPath: {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).submitPublish},
		publishGetPath:    {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).getPublish},
		publishDeletePath: {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).deletePublished},
		publishListPath:   {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).listPublished},
		publishReadPath:   {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).readPublished},

		massAllPath:     {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).massAll},
		massSendPath:    {method: "POST", token: true, certified: true, kinds: onlyService, handle: (*Server).massSend},
		massPreviewPath: {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).massPreview},
		massDeletePath:  {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).massDelete},
		massGetPath:     {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).massGet},

		figuresPath: {method: "POST", token: true, certified: true, kinds: official, handle: (*Server).articleFigures},
	}
}

// dailyQuotas are WeChat's own where nothing else is said. What is not here
// has none.
var dailyQuotas = map[string]int{
	tokenPath: 2000, stableTokenPath: 500_000, newsPath: 10,
	uploadImgPath: 100_000, uploadMediaPath: 100_000,
	draftAddPath: 1000, draftGetPath: 500, publishSubmitPath: 100, publishGetPath: 100,
	massAllPath: 100, massSendPath: 100, massPreviewPath: 100, massDeletePath: 10, publishDeletePath: 10,
	customPath: 500_000, qrPath: 100_000,
	weappSubscribePath: 10_000_000, templateSendPath: 100_000,
}
