import type { Pair } from '@shared/words/words';

/** The campaign's guidance, and the questions that officers asked in its training. */
export const HELP: readonly { title: Pair; answers: readonly Pair[] }[] = [
  {
    title: ['怎样核验：看、听、记、拍、传', 'How to verify: look, listen, record, photograph, send'],
    answers: [
      ['看：到户查看房屋是否安全，核对户主和家庭成员。', 'Look: go to the house, see whether it is safe, and that it is this household.'],
      ['听：询问住房来源、是否改造过、老房是否已拆除、有没有人住在老房里。', 'Listen: ask where the house comes from, whether it was renovated, whether the old one is gone and nobody lives in it.'],
      ['记：按步骤填写核验结果和保障方式，内容随时自动保存在本机。', 'Record: fill in the steps. What you enter is saved on the phone by itself.'],
      ['拍：拍摄房屋正立面全景照片，照片会自动加上拍摄时间。', 'Photograph: the front of the house, all of it. The time of taking is put onto the photo.'],
      ['传：有网络时自动上传；没有网络照常核验，回到有网络的地方再上传。', 'Send: it goes by itself where there is network. Without network, go on as usual.'],
      ['核验一户，登记一户。核验完成后为农户生成二维码，打印后贴在家中。', 'One household verified, one registered. Then there is a QR code for its wall.'],
    ],
  },
  {
    title: ['保障方式怎么选', 'Which guarantee to choose'],
    answers: [
      ['鉴定安全：原来的房屋经鉴定或评定为A级、B级。请询问：是否变危？', 'Appraised safe: the original house is grade A or B. Ask: has it become dangerous?'],
      ['改造安全：原来住C级、D级危房，经危房改造、易地搬迁等项目后安全，以竣工验收为依据。已改造的房屋选“改造安全”，不选“鉴定安全”。请询问：是否返危？', 'Renovated safe: it was grade C or D and a project made it safe; what counts is the acceptance. A renovated house is never “appraised safe”. Ask: is it dangerous again?'],
      ['保障安全：住在集体公租房、幸福大院、敬（养）老院、亲友家或租借的其他安全房屋里。政府公租房、货币补助也属于保障安全（其他安全房屋）。请询问：是否落实？备注写明安全房屋地址，投亲靠友的还要写明如何落实。', 'Sheltered safe: lives in public rental, a compound, a home for the elderly, with relatives or in another safe house; government-paid rental and money grants too. Ask: is it really in place? The note gives the address, and for relatives how it was arranged.'],
      ['建了新房但老房未拆、老人又搬回老房居住的，不算有保障，请选“住房安全未保障”并说明。', 'A new house does not count where the elderly moved back into the old one: choose “not secured” and explain.'],
      ['鉴定结果在哪里查？农户家中、乡镇或县级住建部门都有。', 'Where is the appraisal? At the household, the township or the county housing office.'],
    ],
  },
  {
    title: ['号码和资料有错怎么办', 'When the register is wrong'],
    answers: [
      ['身份证号和手机号可以在核验表里更正，登记的号码仍会保留。身份证号18位，末位可以是X；20位的是身份证号加残疾类别和等级。', 'ID number and phone can be corrected in the form; the original stays visible. 18 characters, the last may be X; 20 are an ID number with category and level of a disability certificate.'],
      ['姓名、成员、地址有误，或有新增户：向当地扶贫办反映，在全国扶贫系统中更正后会导入。', 'Names, members, addresses and new households are corrected in the national register by the local poverty-alleviation office, and come in with the next import.'],
      ['本平台与农村危房改造档案系统相互独立，不交换数据。', 'This platform and the renovation archive system are separate and exchange no data.'],
    ],
  },
  {
    title: ['常见问题', 'Frequent questions'],
    answers: [
      ['2019年“回头看”之后新增的危房户怎么办？列入2020年改造计划，6月30日前不得住在危房里。', 'Households added after the 2019 look back go into the 2020 renovation plan, and must not live in dangerous houses by June 30.'],
      ['面积有标准吗？是指导标准：1至3人户40至60平方米，1人户不少于20平方米，2人户不少于30平方米。', 'Floor areas are guidance: 40 to 60 m² for 1 to 3 people, at least 20 for one person and 30 for two.'],
      ['D级危房怎么改？拆除重建，坚持一户一宅。', 'A grade D house is torn down and rebuilt; one household has one homestead.'],
    ],
  },
  {
    title: ['没有网络时', 'Without network'],
    answers: [
      ['出门前在有网络的地方打开一次，农户列表会保存在本机。', 'Open the app once where there is network: the list of households is then on the phone.'],
      ['屏幕上方的状态条显示网络和待上传数量。收到服务器回执后，本机内容才会删除。', 'The bar at the top shows network and what waits. Nothing is deleted here before the server has confirmed it.'],
      ['显示“需要处理”时，点“查看”，按提示修改或选择。', 'Where it says that something needs you, open it and follow what it says.'],
      ['长时间无法上传，可在“待上传”里导出到文件，交给上级管理员。', 'If sending never works, export to a file under “To be sent” and give it to your administrator.'],
      ['退出登录会清除本机全部内容，请先全部上传。', 'Signing out deletes everything on the phone: send it first.'],
    ],
  },
];
