"""Which test holds which business rule, by its number; and what waits."""

HELD: dict[int, tuple[str, ...]] = {
    1: ("policy/test_hours.py::test_one_specialty",),
    2: ("policy/test_hours.py::test_one_specialty",),
    3: ("policy/test_hours.py::test_one_specialty",),
    4: ("policy/test_hours.py::test_4_each_further_specialty_asks_for_sixty_more",),
    5: ("policy/test_hours.py::test_two_specialties",),
    6: ("policy/test_hours.py::test_two_specialties",),
    7: ("policy/test_properties.py::test_7_nothing_is_carried_over",),
    8: (
        "people/test_services.py::test_the_registration_leads_with_the_main_specialty",
    ),
    9: (
        "policy/test_hours.py::test_9_a_specialty_added_in_mid_period_owes_its_full_sixty",
    ),
    10: (
        "policy/test_hours.py::test_10_the_older_practice_is_a_variant_and_off_by_default",
    ),
    11: (
        "policy/test_hours.py::test_11_study_counts_by_its_legal_day",
        "policy/test_hours.py::test_11_study_after_the_end_does_not_count",
    ),
    12: (
        "web/api/test_legal_day.py::test_11_12_the_first_and_the_last_second",
        "web/api/test_legal_day.py::test_no_zone_moves_an_instant",
    ),
    13: (
        "policy/test_properties.py::test_13_study_on_the_day_of_an_early_grant_belongs_to_the_new_period",
        "policy/test_properties.py::test_no_day_counts_twice",
        "registration/test_revoking.py::test_13_after_an_early_grant_a_days_study_counts_in_one_period_alone",
    ),
    14: (
        "commerce/test_once.py::test_what_was_finished_in_an_earlier_period_may_be_learned_anew",
        "learning/test_services.py::test_the_same_beat_a_thousand_times_earns_once",
    ),
    15: (
        "policy/test_certificates.py::test_15_used_for_2026_and_offered_for_2029_it_is_consumed",
        "registration/test_revoking.py::test_15_a_grant_spends_the_certificate_for_the_period_that_it_renews",
        "registration/test_revoking.py::test_15_and_is_refused_for_the_next_period",
    ),
    16: (
        "learning/test_rules.py::test_complete",
        "exams/test_services.py::test_119_of_120_hours_keep_the_test_shut",
    ),
    17: (
        "learning/test_rules.py::test_complete",
        "learning/test_services.py::test_a_finished_lesson_posts_its_credit_once",
    ),
    18: (
        "learning/test_rules.py::test_a_beat",
        "learning/test_rules.py::test_no_story_beats_the_clock_or_the_film",
    ),
    19: (
        "learning/test_race.py::test_fifty_devices_never_earn_more_than_the_clock",
        "learning/test_services.py::test_a_second_device_is_told_and_may_take_over",
    ),
    20: (
        "learning/test_rules.py::test_a_jump_leaves_all_as_it_was_and_says_where_to_go_back",
    ),
    21: (
        "learning/test_rules.py::test_double_speed_covers_the_film_but_earns_the_clock",
    ),
    22: (
        "learning/test_presence.py::test_time_before_the_check_counts_and_the_waiting_does_not",
        "learning/test_presence.py::test_who_does_not_answer_is_asked_once_more_and_then_the_lease_ends",
    ),
    23: (
        "hostile/test_hostile.py::test_no_cheat_earns_a_second",
        "web/study/test_lane.py::test_a_clock_that_is_set_neither_gives_nor_takes",
    ),
    24: (
        "learning/test_rules.py::test_never_more_than_the_day",
        "learning/test_jobs.py::test_the_days_cap_stops_the_clock_until_tomorrow",
    ),
    25: (
        "claims/test_services.py::test_a_claim_posts_once_with_the_managers_yes",
        "claims/test_services.py::test_nobody_checks_what_they_made_nor_what_is_their_own",
    ),
    26: ("policy/test_hours.py::test_substitution",),
    27: ("policy/test_hours.py::test_substitution",),
    28: (
        "policy/test_hours.py::test_28_sixty_do_not_cover_ninety",
        "policy/test_hours.py::test_28_the_main_specialty_is_filled_first",
    ),
    29: ("policy/test_hours.py::test_what_work_is_worth",),
    30: ("policy/test_hours.py::test_what_work_is_worth",),
    31: ("policy/test_hours.py::test_what_work_is_worth",),
    32: ("policy/test_hours.py::test_substitution",),
    33: ("policy/test_hours.py::test_substitution",),
    34: (
        "policy/test_hours.py::test_a_province_may_allow_no_substitution",
        "claims/test_rules.py::test_a_province_that_substitutes_nothing_refuses",
    ),
    35: ("credentials/test_services.py::test_a_refusal_names_every_reason",),
    36: (
        "exams/test_services.py::test_119_of_120_hours_keep_the_test_shut",
        "exams/test_services.py::test_120_hours_open_it_and_a_second_start_gives_the_same_paper",
    ),
    37: (
        "exams/test_services.py::test_sixty_passes",
        "exams/test_rules.py::test_an_answer_is_right_when_it_is_exactly_the_key",
    ),
    38: (
        "exams/test_services.py::test_three_failures_lock_and_an_unlock_gives_one_more",
        "exams/test_services.py::test_nobody_unlocks_alone_without_a_reason_or_for_themselves",
    ),
    39: (
        "exams/test_services.py::test_the_servers_deadline_rules",
        "exams/test_services.py::test_answers_that_come_with_a_late_submit_do_not_count",
    ),
    40: (
        "credentials/test_races.py::test_many_at_once_get_one_certificate_one_number_one_file_of_each_kind",
        "credentials/test_services.py::test_a_revoked_certificate_answers_so_for_ever_and_keeps_its_number",
    ),
    41: (
        "credentials/test_services.py::test_a_later_change_of_employer_does_not_alter_what_was_issued",
        "credentials/test_services.py::test_a_correction_makes_a_new_certificate_and_the_old_says_which",
    ),
    42: ("gateways/test_pdf.py::test_it_says_everything_that_is_certified",),
    43: ("policy/test_other_applications.py::test_initial",),
    44: (
        "policy/test_other_applications.py::test_44_hours_of_another_specialty_do_not_help",
    ),
    45: (
        "policy/test_other_applications.py::test_45_the_three_years_before_the_application_count",
    ),
    46: (
        "policy/test_other_applications.py::test_46_an_overdue_add_item_owes_thirty_and_thirty",
    ),
    47: (
        "policy/test_other_applications.py::test_47_re_registration_after_three_years_is_as_a_renewal",
        "policy/test_other_applications.py::test_change",
    ),
    48: ("policy/test_renewal.py::test_window",),
    49: ("policy/test_renewal.py::test_window",),
    50: ("policy/test_renewal.py::test_window",),
    51: (
        "policy/test_renewal.py::test_51_the_earlier_end_sets_the_window",
        "web/records/test_renewal.py::test_each_end_is_a_renewal_of_its_own",
    ),
    53: ("policy/test_renewal.py::test_53_both_must_commit_in_inner_mongolia",),
    54: (
        "policy/test_certificates.py::test_54_every_condition_must_hold",
        "web/records/test_renewal.py::test_54_full_hours_without_a_certificate_lead_to_the_test",
    ),
    56: ("policy/test_validity.py::test_end",),
    57: ("policy/test_validity.py::test_end",),
    58: ("policy/test_validity.py::test_end",),
    59: (
        "policy/test_validity.py::test_end",
        "policy/test_validity.py::test_59_a_day_after_the_birthday_is_refused",
        "policy/test_validity.py::test_59_the_grant_may_come_too_late",
    ),
    60: ("policy/test_validity.py::test_end",),
    61: ("policy/test_validity.py::test_end",),
    62: ("policy/test_validity.py::test_62_grant_or_old_end",),
    63: ("policy/test_validity.py::test_63_a_change_keeps_the_dates",),
    64: ("policy/test_validity.py::test_beijing_closes_ninety_days_before",),
    65: (
        "policy/test_ends.py::test_65_the_specialty_that_is_over_goes_the_next_day_and_the_other_stays",
        "registration/test_lapsing.py::test_65_the_day_after_its_end_it_is_dropped_and_the_certificate_is_reissued",
    ),
    66: ("policy/test_workdays.py::test_add",),
    67: ("policy/test_workdays.py::test_add",),
    68: ("policy/test_workdays.py::test_add",),
    69: ("policy/test_workdays.py::test_add",),
    70: ("policy/test_workdays.py::test_add",),
    71: (
        "registration/test_cancelling_limits.py::test_71_ten_working_days_by_the_system_and_no_limit_in_writing",
    ),
    72: ("policy/test_workdays.py::test_add",),
    73: ("policy/test_workdays.py::test_add",),
    74: (
        "policy/test_workdays.py::test_74_past_the_calendar_there_is_no_guess",
        "calendar/test_rules.py::test_74_a_loaded_year_is_counted_on_and_the_next_is_not",
        "web/api/test_working_days.py::test_past_the_published_calendar_there_is_no_guess",
    ),
    75: ("policy/test_other_applications.py::test_change",),
    76: (
        "policy/test_ends.py::test_76_thirty_days_to_file_a_change_then_a_warning_and_accepted_still",
    ),
    78: ("policy/test_other_applications.py::test_bar",),
    79: (
        "people/test_rules.py::test_false_numbers_say_why",
        "people/test_rules.py::test_credit_codes",
        "commerce/test_orders.py::test_an_order_needs_a_whole_profile",
    ),
    80: (
        "credentials/test_rules.py::test_what_a_state_is_worth",
        "credentials/test_checking.py::test_a_code_answers_with_masked_facts",
        "credentials/test_checking.py::test_an_unknown_code_is_not_found",
    ),
    81: (
        "credentials/test_registration.py::test_81_a_new_certificate_supersedes_the_old_at_once",
        "credentials/test_registration.py::test_81_with_the_last_specialty_the_certificate_is_void",
        "credentials/test_registration.py::test_81_one_of_two_specialties_goes_and_the_other_keeps_its_days",
    ),
    82: (
        "credentials/test_checking.py::test_no_flipped_byte_is_ever_valid",
        "credentials/test_checking.py::test_an_appended_or_cut_file_is_tampered",
        "credentials/test_registration.py::test_82_a_file_is_ours_to_the_last_byte_or_tampered",
    ),
    83: (
        "credentials/test_registration.py::test_83_an_old_number_says_since_when_it_means_nothing",
        "web/public/test_register.py::test_83_unknown_and_old_numbers_answer_in_one_form",
    ),
    84: (
        "web/public/test_verify.py::test_the_code_shows_masked_facts_and_keeps_nothing",
    ),
    85: (
        "credentials/test_registration_rules.py::test_85_how_long_a_use_copy_lasts",
        "credentials/test_use_copies.py::test_85_a_copy_ends_with_the_first_specialty",
        "credentials/test_use_copies.py::test_85_a_copy_ends_on_the_65th_birthday",
        "credentials/test_use_copies.py::test_85_a_new_copy_voids_the_old",
    ),
    86: (
        "credentials/test_registration.py::test_86_from_2023_no_certificate_is_good_without_a_signature",
        "gateways/test_registration_pdf.py::test_only_inner_mongolia_asks_for_a_hand_on_the_print",
    ),
    87: (
        "registration/test_revoking.py::test_87_from_the_transaction_on_nobody_reads_that_it_counts",
        "registration/test_revoking.py::test_87_within_a_minute_everything_is_drawn_and_once",
        "registration/test_revoking.py::test_87_what_was_granted_on_it_is_reported_to_the_authority",
    ),
    88: (
        "policy/test_certificates.py::test_88_a_proof_is_compared_with_the_book",
        "web/records/test_proofs.py::test_88_what_the_book_knows_of_another_blocks_until_it_is_taken_back",
        "web/records/test_proofs.py::test_88_what_the_book_does_not_know_counts_nothing_and_blocks_nothing",
    ),
    89: (
        "credentials/test_services.py::test_nobody_withdraws_a_certificate_without_approval",
        "claims/test_services.py::test_a_certificate_is_revoked_and_reissued_by_two",
    ),
    90: (
        "commerce/test_orders.py::test_an_order_needs_a_whole_profile",
        "commerce/test_settling.py::test_money_opens_the_course_locks_the_profile_and_tells",
        "people/test_services.py::test_a_correction_takes_effect_with_the_last_yes",
    ),
    91: (
        "commerce/test_settling.py::test_the_same_money_again_changes_nothing",
        "commerce/test_transfers.py::test_a_fen_short_is_shown_and_pays_nothing_until_the_rest_comes",
    ),
    52: (
        "jobs/test_applications.py::test_a_renewal_not_decided_before_the_end_waits_for_the_approver",
        "registration/test_desk.py::test_a_flag_is_settled_by_a_person_and_does_nothing_by_itself",
    ),
    55: (
        "registration/test_at_once.py::test_two_applications_at_once_leave_one_open",
        "jobs/test_applications.py::test_beijing_closes_what_nobody_accepted_in_ninety_days",
    ),
    77: (
        "policy/test_flow_checks.py::test_a_contract_runs_a_year_from_the_application",
        "policy/test_flow_checks.py::test_a_dismissal_is_later_than_the_certificate",
        "policy/test_flow_checks.py::test_a_new_contract_begins_after_the_dismissal",
    ),
    95: ("web/study/test_presence.py::test_no_check_ever_needs_a_camera",),
    96: (
        "evidence/test_bodies.py::test_an_erasure_takes_a_persons_bodies_alone_and_says_so",
        "policy/test_retention.py::test_the_last_day",
    ),
}

OPEN: dict[int, str] = {
    92: "a transfer is matched by hand; the stamped statement is not asked for yet",
    93: "seats bought by an employer: with the employers' pages",
    94: "refunds never exceed what was paid; invoices are not written here yet",
}
"""What no test holds whole, and where it belongs. It shrinks, and never grows."""
