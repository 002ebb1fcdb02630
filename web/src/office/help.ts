import type { Pair } from '@shared/words/words';

/** What the help says: the deck's guidance and questions, and what the platform's screens are for. */
export const HELP: { id: string; title: Pair; texts: Pair[] }[] = [
  {
    id: 'task',
    title: ['核验要求', 'What has to be done'],
    texts: [
      ['对每一户建档立卡贫困户的住房安全有保障情况逐户核验：核验一户，登记一户。核验须在2020年6月30日前完成。', 'The housing of every registered poor household is verified at the house: one verified, one registered. It has to be done by June 30, 2020.'],
      ['核验五步：看（房屋状况）、听（农户说明）、记（如实登记）、拍（正立面全景照片）、传（上传数据）。', 'Five steps: look at the house, listen to the household, record, photograph the whole front, upload.'],
      ['县级做法：培训、初验、初录、复验、核准。', 'How a county does it: train, first check, first entry, re-check, approve.'],
    ],
  },
  {
    id: 'guarantee',
    title: ['保障方式怎么选', 'Which guarantee to choose'],
    texts: [
      ['鉴定安全：原有住房经鉴定或评定为A级、B级。鉴定结果可向农户、乡镇或县住建部门查询。', 'Appraised safe: the original house was appraised as grade A or B. Results are with the household, the township or the county’s housing office.'],
      ['改造安全：原住C级、D级危房，已通过农村危房改造、易地扶贫搬迁等工程保障安全，以竣工验收为准。已实施改造的房屋不选“鉴定安全”。', 'Renovated safe: a grade C or D house made safe by a project; its acceptance is what counts. A renovated house is never “appraised safe”.'],
      ['保障安全：居住在他人的安全房屋，如集体公租房、幸福大院、敬（养）老院、投亲靠友、租住借住。须填写安全房屋地址；投亲靠友还须说明如何落实。由政府付租金或发放补助的属于此类。', 'Sheltered safe: lives in somebody else’s safe house. Give its address, and with relatives how it was arranged. Paid rental and money grants belong here.'],
      ['住房安全未保障：写明存在什么问题、原因是什么。', 'Not secured: say what is not safe, and why.'],
      ['请逐户核对：是否变危（原安全房屋出现新的危险）；是否返危（改造后又成危房）；是否落实（保障措施是否真正到位）；建新后老房未拆、老人是否搬回；登记后保障方式是否变化；是否受重大工程影响。', 'Ask at each house: has it become dangerous; dangerous again after a renovation; is the arrangement in place; was the old house torn down, or did the elderly move back; has the guarantee changed; is it hit by public works.'],
    ],
  },
  {
    id: 'form',
    title: ['在电脑上登记核验', 'Verifying on the computer'],
    texts: [
      ['没有手机信号的村，可用村级账号在本平台登记，内容与手机端相同：打开“住房核验”，选择住户，填写并上传照片后点“核验完成”。未填完可先“保存”。', 'Villages without a phone signal register here with their village account: choose the household, fill in, add the photo, complete. What isn’t finished can be saved.'],
      ['这里只能更正身份证号和联系方式；登记簿原值保留在旁。成员、地址等有误，请联系当地扶贫办。', 'Only ID number and phone are corrected here; the register’s values stay beside. Anything else is for the poverty-alleviation office.'],
      ['他人同时修改同一户时，会显示双方内容，由您选择保留哪一份，不会互相覆盖。', 'Where two change the same household at once, both versions are shown and you choose: nobody overwrites anybody unseen.'],
      ['核验完成后生成农户二维码，打印并张贴在农户家中，农户扫码可查看结果、反映问题。', 'A completed household gets its QR code: print it and paste it up. By it the household reads its result and reports problems.'],
    ],
  },
  {
    id: 'supervise',
    title: ['查询、退回、反馈、预警', 'Query, return, reports, alerts'],
    texts: [
      ['卡户查询：按地区、状态、结果、保障方式、预警，以及完整姓名或身份证号查询。县级及以上默认脱敏，确需查看时填写理由，查看记录永久保留。', 'Households: by region, state, result, guarantee, alert, or a whole name or ID number. From the county up numbers are masked; who needs them gives a reason, which stays on record.'],
      ['乡镇及以上发现核验有误，可在住户详情中“退回”并写明理由，由村重新核验。', 'Townships and above return a wrong verification with a reason; the village does it again.'],
      ['反映问题三天内处理；超期逐级上报，县级及以上可督促。可勾选多条一并处理。', 'A report is handled within three days; an overdue one goes up level by level, and the county and above urge. Several can be handled together.'],
      ['数据预警仅提示需要核对的情况，核对无误后写明理由解除。', 'Alerts point at what deserves a look. Dismiss one with a reason when it was looked into.'],
      ['每户的变更历史构成哈希链，可在住户详情中“校验记录链”，校验在您的浏览器内完成。', 'The history of a household is a chain of hashes. The check of it is done in your own browser.'],
    ],
  },
  {
    id: 'questions',
    title: ['常见问题', 'Frequent questions'],
    texts: [
      ['2019年“回头看”之后新增的住户怎么办？纳入2020年改造计划，6月30日前不得居住在危房中。', 'Households added after the look back of 2019? They go into the renovation plan of 2020, and must not live in dangerous houses by June 30.'],
      ['面积标准是强制的吗？是指导标准：1至3人户40至60平方米；1人户不少于20平方米，2人户不少于30平方米。', 'Is the floor area binding? It is guidance: 40 to 60 m² for one to three people; at least 20 m² for one, 30 m² for two.'],
      ['D级危房怎么改？应拆除重建，一户一宅。', 'What of a grade D house? It is rebuilt; one household has one homestead.'],
      ['本平台与农村危房改造档案系统是什么关系？相互独立，数据不互通。', 'Is this the archive system of renovations? No: they are separate and exchange no data.'],
      ['登记簿信息有误找谁？找当地扶贫办，更正后随导入更新。', 'Whom to ask about mistakes of the register? The local poverty-alleviation office; corrections come in by import.'],
    ],
  },
];
